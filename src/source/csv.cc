#include "source/csv.h"

#include <algorithm>

#include "base/format.h"
#include "codec/csv_row.h"
#include "codec/stream_schema.h"
#include "record/json_text.h"

namespace streamworker {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes digits off the text; false: there are none.
bool take_digits(std::string_view& text) {
  const size_t count =
      static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  text.remove_prefix(count);
  return count > 0;
}

bool take(std::string_view& text, std::string_view any) {
  if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// A number as JSON has it (RFC 8259).
bool is_json_number(std::string_view text) {
  take(text, "-");
  if (!take(text, "0") && !take_digits(text)) return false;
  if (take(text, ".") && !take_digits(text)) return false;
  if (take(text, "eE")) {
    take(text, "+-");
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

std::string_view without_line_end(std::string_view row) {
  if (row.ends_with('\n')) row.remove_suffix(1);
  if (row.ends_with('\r')) row.remove_suffix(1);
  return row;
}

}  // namespace

Result<Piece> RowSplitter::cut(const Ahead& ahead) {
  bool quoted = false;
  size_t size = 0;
  while (size < ahead.text.size()) {
    const char c = ahead.text[size++];
    if (c == '"') quoted = !quoted;
    if (c != '\n' || quoted) continue;
    const std::string_view row = ahead.text.substr(0, size);
    const bool blank = without_line_end(row).empty();
    return Piece{blank ? Piece::Kind::Nothing : Piece::Kind::Record, size, without_line_end(row)};
  }
  if (!ahead.last) return Piece{};
  if (size == 0) return Piece{Piece::Kind::End};
  return Piece{Piece::Kind::Record, size, without_line_end(ahead.text)};
}

Result<std::vector<CsvField>> read_row(std::string_view row) {
  Arena arena;
  std::vector<CsvText> texts;
  if (auto split = split_csv(row, arena, texts); !split) return stop(split.error().message);
  std::vector<CsvField> fields;
  fields.reserve(texts.size());
  for (const CsvText& text : texts) fields.push_back({std::string(text.text), text.quoted});
  return fields;
}

CsvToJson::CsvToJson(const config::Stream& stream) : stream_(stream), any_json_(config::Stream{}) {}

Result<void> CsvToJson::take_header(const std::vector<CsvField>& names) {
  const Schema schema = stream_schema(stream_);
  std::vector<Target> columns;
  for (const CsvField& name : names) {
    Target target;
    append_json_string(name.text, target.opening);
    target.opening += ':';
    if (const auto slot = schema.find(name.text)) {
      target.type = schema[*slot].type;
      target.nullable = schema[*slot].nullable;
    }
    const bool twice = std::any_of(columns.begin(), columns.end(), [&](const Target& other) {
      return other.opening == target.opening;
    });
    if (twice) return stop("the column " + name.text + " stands twice in the first row");
    columns.push_back(std::move(target));
  }
  columns_ = std::move(columns);
  return {};
}

bool CsvToJson::is_json(std::string_view text) {
  Meta meta;
  Value value;
  arena_.reset();
  return any_json_.decode(text, meta, arena_, WallTime(), &value).has_value();
}

void CsvToJson::append_field(const Target& target, const CsvField& field, std::string& out) {
  const Type type = target.type.type;
  const bool empty = field.text.empty() && !field.quoted;
  if (empty && !target.nullable && type != Type::String) return;
  if (out.back() != '{') out += ',';
  out += target.opening;
  if (empty && target.nullable) {
    out += "null";
    return;
  }
  const bool number =
      type == Type::Int || type == Type::Double || type == Type::Decimal || type == Type::Timestamp;
  const bool as_it_is = (number && is_json_number(field.text)) ||
                        (type == Type::Bool && (field.text == "true" || field.text == "false")) ||
                        (type == Type::Json && is_json(field.text));
  if (as_it_is) {
    out += field.text;
  } else {
    append_json_string(field.text, out);
  }
}

Result<void> CsvToJson::append(const std::vector<CsvField>& row, std::string& out) {
  if (row.size() != columns_.size())
    return stop(
        fmt::format("a row of {} fields under a header of {}", row.size(), columns_.size()));
  out += '{';
  for (size_t i = 0; i < row.size(); ++i) append_field(columns_[i], row[i], out);
  out += '}';
  return {};
}

}  // namespace streamworker
