#include "codec/json_key.h"

#include <cstring>
#include <utility>

#include <rapidjson/reader.h>

#include "record/utf8.h"

namespace streamworker {
namespace {

constexpr size_t kPadding = 32;  // the parser reads 16 bytes at a time
constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;

// NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.
struct KeyEvents : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, KeyEvents> {
  KeyEvents(size_t wanted_part, Arena& memory) : wanted(wanted_part), arena(memory) {}

  bool Null() { return take(JsonKeyPart::Kind::Null, {}); }
  bool Bool(bool truth) { return take(JsonKeyPart::Kind::Bool, truth ? "true" : "false"); }
  bool RawNumber(const char* text, unsigned size, bool) {
    return take(JsonKeyPart::Kind::Number, {text, size});
  }
  bool String(const char* text, unsigned size, bool) {
    return is_utf8({text, size}) && take(JsonKeyPart::Kind::String, {text, size});
  }
  bool Key(const char*, unsigned, bool) { return false; }
  bool StartObject() { return false; }
  bool StartArray() { return !std::exchange(open, true); }
  bool EndArray(unsigned) { return true; }

  bool take(JsonKeyPart::Kind kind, std::string_view text) {
    if (!open) return false;
    if (seen++ == wanted) part = {kind, arena.copy(text)};
    return true;
  }

  size_t wanted;
  Arena& arena;
  size_t seen = 0;
  bool open = false;
  JsonKeyPart part;
};
// NOLINTEND(readability-identifier-naming)

}  // namespace

std::optional<JsonKeyPart> read_json_key(std::string_view key, size_t index, size_t count,
                                         Arena& arena) {
  if (!is_utf8(key) || key.find('\0') != std::string_view::npos) return std::nullopt;
  char* const copy = arena.take(key.size() + kPadding);
  if (!key.empty()) std::memcpy(copy, key.data(), key.size());
  std::memset(copy + key.size(), 0, kPadding);
  rapidjson::InsituStringStream stream(copy);
  rapidjson::Reader reader;
  KeyEvents events(index, arena);
  if (reader.Parse<kFlags>(stream, events).IsError() || events.seen != count) return std::nullopt;
  return events.part;
}

}  // namespace streamworker
