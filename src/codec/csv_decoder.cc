#include "codec/csv_decoder.h"

#include "base/format.h"
#include "codec/json_path.h"
#include "record/json_text.h"
#include "record/utf8.h"

namespace streamworker {
namespace {

constexpr size_t kLongestExcerpt = 200;  // before it is cut to what fits a message

std::string_view without_line_end(std::string_view row) {
  if (!row.ends_with('\n')) return row;
  row.remove_suffix(1);
  if (row.ends_with('\r')) row.remove_suffix(1);
  return row;
}

// A text that stands for a value of the field's type; false: it does not.
bool convert(const FieldDecoder& field, std::string_view text, Arena& arena, Value& value) {
  switch (field.type().type) {
    case Type::Int:
    case Type::Double:
    case Type::Decimal:
      return field.from_number(text, value);
    case Type::Bool:
      return field.from_plain(text, arena, value) || field.from_number(text, value);
    default:
      return field.from_plain(text, arena, value);
  }
}

Error in_column(const FieldDecoder& field, const std::string& problem) {
  return skip(fmt::format("column {}: {}", field.name(), problem));
}

// For messages: in quotes, cut when it is long.
std::string excerpt(std::string_view text) {
  std::string quoted;
  append_json_string(text.substr(0, kLongestExcerpt), quoted);
  return json_excerpt(quoted, 0);
}

}  // namespace

CsvDecoder::CsvDecoder(const config::Stream& stream)
    : stream_(stream), any_json_(config::Stream{}) {}

Result<void> CsvDecoder::decode(std::string_view message, Meta& meta, Arena& arena, WallTime wall,
                                Value* row) {
  if (message.starts_with("\xEF\xBB\xBF")) return skip("a byte order mark");
  if (const size_t valid = valid_utf8_prefix(message); valid < message.size())
    return skip(fmt::format("invalid UTF-8 at byte {}", valid));
  if (auto done = split_csv(without_line_end(message), arena, texts_); !done) return done;
  const size_t width = schema().size();
  if (texts_.size() != width)
    return skip(fmt::format("{} field{} instead of {}", texts_.size(),
                            texts_.size() == 1 ? "" : "s", width));
  for (size_t slot = 0; slot < width; ++slot) {
    const CsvText& text = texts_[slot];
    auto done = text.text.empty() && !text.quoted ? take_empty(slot, meta, arena, row)
                                                  : take(slot, text.text, arena, row);
    if (!done) return done;
  }
  return stream_.take_event_time(meta, wall, row);
}

Result<void> CsvDecoder::take_empty(size_t slot, const Meta& meta, Arena& arena, Value* row) {
  const FieldDecoder& field = stream_.fields()[slot];
  if (field.nullable()) {
    row[slot] = Value();
    return {};
  }
  if (field.type().type == Type::String) return take(slot, "", arena, row);
  if (stream_.in_key(slot, meta)) return stream_.fill_from_key(slot, meta, arena, row);
  return stream_.fill(slot, row) ? Result<void>() : in_column(field, "it is empty");
}

Result<void> CsvDecoder::take(size_t slot, std::string_view text, Arena& arena, Value* row) {
  const FieldDecoder& field = stream_.fields()[slot];
  Value& value = row[slot];
  if (field.is_json()) {
    Meta unused;
    auto parsed = any_json_.decode(text, unused, arena, WallTime(), &value);
    return parsed ? parsed : in_column(field, parsed.error().message);
  }
  if (!convert(field, text, arena, value))
    return in_column(
        field, fmt::format("{} is not {} {}", excerpt(text),
                           field.type().type == Type::Int ? "an" : "a", to_string(field.type())));
  if (!field.has_rules()) return {};
  const std::string broken = field.broken_by(value);
  return broken.empty() ? Result<void>() : in_column(field, excerpt(text) + " " + broken);
}

}  // namespace streamworker
