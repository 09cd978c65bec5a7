#include "codec/json_decoder.h"

#include <algorithm>

#include <rapidjson/reader.h>

#include "base/format.h"
#include "codec/json_path.h"
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

std::string_view trim(std::string_view text) {
  const size_t from = text.find_first_not_of(kBlanks);
  return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

}  // namespace

JsonDecoder::JsonDecoder(const config::Stream& stream)
    : stream_(stream), events_(stream_.fields(), stream.strict) {}

Result<void> JsonDecoder::decode(std::string_view message, Meta& meta, Arena& arena, WallTime wall,
                                 Value* row) {
  if (message.empty()) return at(message, 0, "the message is empty");
  if (message.starts_with("\xEF\xBB\xBF")) return at(message, 0, "a byte order mark");
  const size_t valid = valid_utf8_prefix(message);
  if (valid < message.size()) return at(message, valid, "invalid UTF-8");
  const size_t control = find_control(message);
  if (control < message.size()) return at(message, control, "a control character");
  if (auto parsed = parse(message, arena, row); !parsed) return parsed;
  if (stream_.fields().empty()) row[0] = Value::of_json(trim(message));
  if (!events_.complete()) {
    if (auto filled = fill_missing(message, meta, arena, row); !filled) return filled;
  }
  return stream_.take_event_time(meta, wall, row);
}

void JsonDecoder::make_room(size_t size) {
  if (size <= room_) return;
  room_ = std::max(size, 2 * room_);
  scratch_ = std::make_unique_for_overwrite<char[]>(room_);
}

void JsonDecoder::shrink(size_t most) {
  if (room_ <= most) return;
  scratch_.reset();
  room_ = 0;
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
  for (size_t slot = 0; slot < stream_.fields().size(); ++slot) {
    if (events_.has(slot)) continue;
    if (stream_.in_key(slot, meta)) {
      if (auto filled = stream_.fill_from_key(slot, meta, arena, row); !filled) return filled;
    } else if (!stream_.fill(slot, row)) {
      return at(message, message.size(),
                fmt::format("the field {} is missing", stream_.fields()[slot].name()));
    }
  }
  return {};
}

}  // namespace streamworker
