#include "codec/json_decoder.h"

#include <algorithm>
#include <stdexcept>

#include <rapidjson/reader.h>

#include "base/format.h"
#include "codec/json_key.h"
#include "codec/json_path.h"
#include "codec/stream_schema.h"
#include "record/utf8.h"

namespace streamworker {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kPadding = 32;  // zeros behind the copy: the parser reads 16 bytes at a time
constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;

Error at(std::string_view message, size_t offset, std::string_view problem) {
  return skip(fmt::format("{} at byte {}: {}", json_path(message, offset), offset, problem));
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// The first control character that no JSON text may have, else the text's size. The parser would
// miss some of them: its vector code takes 0x1A to 0x1F for text, and a NUL for the end.
size_t find_control(std::string_view text) {
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    // The high bit of each byte below 0x20 (and of none before the first such byte).
    if (((word - 0x2020202020202020U) & ~word & 0x8080808080808080U) == 0) continue;
    for (size_t k = i; k < i + 8; ++k) {
      if (is_control(text[k])) return k;
    }
  }
  while (i < text.size() && !is_control(text[i])) ++i;
  return i;
}

const char* describe(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "there is no JSON value";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "bytes behind the JSON value";
    case rapidjson::kParseErrorObjectMissName:
      return "a key in quotes is missing";
    case rapidjson::kParseErrorObjectMissColon:
      return "a colon is missing";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or } is missing";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or ] is missing";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "four hex digits are missing";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "a lone surrogate";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "a bad escape or a control character";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "the string has no end";
    case rapidjson::kParseErrorNumberMissFraction:
      return "digits are missing behind the point";
    case rapidjson::kParseErrorNumberMissExponent:
      return "digits are missing in the exponent";
    default:
      return "not a JSON value";
  }
}

std::vector<FieldDecoder> compile(const config::Stream& stream, Arena& keep) {
  std::vector<FieldDecoder> fields;
  for (const config::Field& field : stream.schema) {
    try {
      fields.emplace_back(field, stream.coerce, keep);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(field.name + ": " + error.what());
    }
  }
  return fields;
}

size_t slot_of(const Schema& schema, const std::string& name) {
  const auto slot = schema.find(name);
  if (!slot) throw std::invalid_argument(name + ": there is no such field");
  return *slot;
}

std::string_view trim(std::string_view text) {
  const size_t from = text.find_first_not_of(kBlanks);
  return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

// In milliseconds. None: null.
std::optional<int64_t> event_time_of(const Value& value) {
  const std::chrono::microseconds time(value.as_int());
  switch (value.kind()) {
    case Value::Kind::Timestamp:
      return std::chrono::floor<std::chrono::milliseconds>(time).count();
    case Value::Kind::Date:
      return value.as_int() * 86'400'000;
    case Value::Kind::Int:
      return value.as_int();
    default:
      return std::nullopt;
  }
}

}  // namespace

JsonDecoder::JsonDecoder(const config::Stream& stream)
    : schema_(stream_schema(stream)),
      fields_(compile(stream, keep_)),
      events_(fields_, stream.strict),
      max_future_(stream.max_future) {
  for (const config::Text& name : stream.key) key_.push_back(slot_of(schema_, name.value));
  if (!stream.timestamp) return;
  timestamp_ = slot_of(schema_, stream.timestamp->value);
  const Type type = schema_[*timestamp_].type.type;
  if (type != Type::Timestamp && type != Type::Date && type != Type::Int)
    throw std::invalid_argument(stream.timestamp->value + ": a " + to_string({type}) +
                                " is not an event time");
}

Result<void> JsonDecoder::decode(std::string_view message, Meta& meta, Arena& arena, WallTime wall,
                                 Value* row) {
  if (message.empty()) return at(message, 0, "the message is empty");
  if (message.starts_with("\xEF\xBB\xBF")) return at(message, 0, "a byte order mark");
  const size_t valid = valid_utf8_prefix(message);
  if (valid < message.size()) return at(message, valid, "invalid UTF-8");
  const size_t control = find_control(message);
  if (control < message.size()) return at(message, control, "a control character");
  if (auto parsed = parse(message, arena, row); !parsed) return parsed;
  if (fields_.empty()) row[0] = Value::of_json(trim(message));
  if (!events_.complete()) {
    if (auto filled = fill_missing(message, meta, arena, row); !filled) return filled;
  }
  return take_event_time(meta, wall, row);
}

void JsonDecoder::make_room(size_t size) {
  if (size <= room_) return;
  room_ = std::max(size, 2 * room_);
  scratch_ = std::make_unique_for_overwrite<char[]>(room_);
}

Result<void> JsonDecoder::parse(std::string_view message, Arena& arena, Value* row) {
  make_room(message.size() + kPadding);
  std::memcpy(scratch_.get(), message.data(), message.size());
  std::memset(scratch_.get() + message.size(), 0, kPadding);
  rapidjson::InsituStringStream stream(scratch_.get());
  events_.begin({message, scratch_.get(), &stream.src_, &arena}, row);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, events_);
  if (!result.IsError()) return {};
  if (result.Code() == rapidjson::kParseErrorTermination)
    return at(message, events_.problem_offset(), events_.problem());
  const size_t offset = result.Offset();
  if (result.Code() == rapidjson::kParseErrorNumberTooBig)
    return at(message, offset, events_.too_large(offset));
  return at(message, offset, describe(result.Code()));
}

Result<void> JsonDecoder::fill_missing(std::string_view message, const Meta& meta, Arena& arena,
                                       Value* row) {
  for (size_t slot = 0; slot < fields_.size(); ++slot) {
    if (events_.has(slot)) continue;
    const FieldDecoder& field = fields_[slot];
    const bool in_key = meta.key && std::find(key_.begin(), key_.end(), slot) != key_.end();
    if (in_key) {
      if (auto filled = fill_from_key(slot, meta, arena, row); !filled) return filled;
    } else if (field.default_value()) {
      row[slot] = *field.default_value();
    } else if (field.nullable()) {
      row[slot] = Value();
    } else {
      return at(message, message.size(), fmt::format("the field {} is missing", field.name()));
    }
  }
  return {};
}

Result<void> JsonDecoder::fill_from_key(size_t slot, const Meta& meta, Arena& arena, Value* row) {
  const FieldDecoder& field = fields_[slot];
  bool good = false;
  if (!is_utf8(*meta.key)) return skip("the Kafka key is not UTF-8");
  if (key_.size() == 1) {
    good = field.from_plain(*meta.key, arena, row[slot]);
  } else {
    const auto index =
        static_cast<size_t>(std::find(key_.begin(), key_.end(), slot) - key_.begin());
    const auto part = read_json_key(*meta.key, index, key_.size(), arena);
    if (part && part->kind == JsonKeyPart::Kind::Null) {
      row[slot] = Value();
      good = field.nullable();
    } else if (part && part->kind == JsonKeyPart::Kind::String) {
      good = field.from_string(part->text, arena, row[slot]);
    } else if (part) {
      good = field.from_plain(part->text, arena, row[slot]);
    }
  }
  const std::string what = json_excerpt(*meta.key, 0);
  if (!good)
    return skip(fmt::format("the Kafka key {} has no {} for the field {}", what,
                            to_string(field.type()), field.name()));
  if (const std::string broken = field.broken_by(row[slot]); !broken.empty())
    return skip(fmt::format("the field {} in the Kafka key {} {}", field.name(), what, broken));
  return {};
}

Result<void> JsonDecoder::decode_key(const Meta& meta, Arena& arena, Value* row) {
  std::fill_n(row, schema_.size(), Value());
  if (!meta.key || fields_.empty()) return {};
  for (const size_t slot : key_) {
    if (auto filled = fill_from_key(slot, meta, arena, row); !filled) return filled;
  }
  return {};
}

Result<void> JsonDecoder::take_event_time(Meta& meta, WallTime wall, const Value* row) const {
  const auto millis = timestamp_ ? event_time_of(row[*timestamp_]) : std::nullopt;
  if (millis) meta.timestamp = EventTime(std::chrono::milliseconds(*millis));
  // Compared in milliseconds: anything may stand in a Kafka timestamp or an int.
  const EventTime latest = std::chrono::floor<std::chrono::milliseconds>(wall + max_future_);
  if (meta.timestamp.time_since_epoch() <= latest.time_since_epoch()) return {};
  return skip(
      fmt::format("{}: the event time, {} ms since the epoch, is further ahead of the clock "
                  "than max_future",
                  millis ? "$." + schema_[*timestamp_].name : "the Kafka timestamp",
                  meta.timestamp.time_since_epoch().count()));
}

}  // namespace streamworker
