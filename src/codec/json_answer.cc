#include "codec/json_answer.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace streamworker {
namespace {

constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag;
constexpr int kInColumns = 1;  // arrays that are open
constexpr int kInRow = 2;

// NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.
struct AnswerEvents : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, AnswerEvents> {
  bool Null() { return take({}); }
  bool Bool(bool truth) { return take(int64_t{truth}); }
  bool Int(int number) { return take(int64_t{number}); }
  bool Uint(unsigned number) { return take(int64_t{number}); }
  bool Int64(int64_t number) { return take(number); }
  bool Uint64(uint64_t number) {
    if (number > static_cast<uint64_t>(INT64_MAX)) return take(static_cast<double>(number));
    return take(static_cast<int64_t>(number));
  }
  bool Double(double number) { return take(number); }
  bool String(const char* text, unsigned size, bool) {
    if (arrays == 0 && key == "message") answer.error.assign(text, size);
    if (arrays == kInColumns && key == "columns") answer.columns.emplace_back(text, size);
    return take(std::string(text, size));
  }
  bool Key(const char* text, unsigned size, bool) {
    key.assign(text, size);
    return true;
  }
  bool StartArray() {
    if (++arrays == kInRow && key == "rows") answer.rows.emplace_back();
    return arrays <= kInRow;
  }
  bool EndArray(unsigned) {
    --arrays;
    return true;
  }

  bool take(JsonAnswer::Value value) {
    if (arrays == kInRow && key == "rows") answer.rows.back().push_back(std::move(value));
    return true;
  }

  JsonAnswer answer;
  std::string key;
  int arrays = 0;
};
// NOLINTEND(readability-identifier-naming)

}  // namespace

std::optional<JsonAnswer> read_json_answer(std::string_view json) {
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  AnswerEvents events;
  if (reader.Parse<kFlags>(stream, events).IsError()) return std::nullopt;
  for (const auto& row : events.answer.rows)
    if (row.size() != events.answer.columns.size()) return std::nullopt;
  if (events.answer.columns.empty() && events.answer.error.empty()) return std::nullopt;
  return std::move(events.answer);
}

}  // namespace streamworker
