#include <algorithm>
#include <cctype>

#include "base/format.h"
#include "sql/call.h"
#include "sql/functions.h"

namespace streamworker::sql {
namespace {

const Pattern& pattern_of(const Call& call, int i, const char* function) {
  try {
    return call.memory().patterns.get(call.text(i));
  } catch (const std::invalid_argument& error) {
    throw BadConstant(fmt::format("{}: {}", function, error.what()));
  }
}

void regexp(const Call& call) {
  if (call.null(0)) return;
  const Pattern& pattern = pattern_of(call, 0, "regexp");
  if (call.null(1)) return;
  call.give(static_cast<int64_t>(pattern.search(call.text(1))));
}

void regexp_extract(const Call& call) {
  if (call.null(1)) return;
  const Pattern& pattern = pattern_of(call, 1, "regexp_extract");
  const int64_t group = call.count() > 2 ? call.integer(2) : 0;
  if (group < 0 || group > static_cast<int64_t>(pattern.groups()))
    throw BadConstant(fmt::format("regexp_extract: the pattern has {} groups, there is no group {}",
                                  pattern.groups(), group));
  if (call.null(0)) return;
  const auto found = pattern.extract(call.text(0), static_cast<size_t>(group));
  if (found) call.give_text(*found);
}

// The part behind `n` separators. None: there are fewer.
std::optional<std::string_view> part_at(std::string_view text, std::string_view separator,
                                        int64_t n) {
  for (; n > 0; --n) {
    const size_t at = text.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + separator.size());
  }
  return text.substr(0, text.find(separator));
}

int64_t count_parts(std::string_view text, std::string_view separator) {
  int64_t parts = 1;
  for (size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, at + separator.size()))
    ++parts;
  return parts;
}

void split_part(const Call& call) {
  if (call.null(2)) return;
  int64_t n = call.integer(2);
  if (n == 0) throw BadConstant("split_part: parts are counted from 1");
  if (call.null(0) || call.null(1)) return;
  const std::string_view text = call.text(0);
  const std::string_view separator = call.text(1);
  if (separator.empty()) return call.give_text(n == 1 || n == -1 ? text : "");
  if (n < 0) n += count_parts(text, separator) + 1;
  call.give_text(n < 1 ? "" : part_at(text, separator, n - 1).value_or(""));
}

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

void mask(const Call& call) {
  if (call.null(0)) return;
  const std::string_view text = call.text(0);
  const int64_t keep = call.count() > 1 ? std::max<int64_t>(call.integer(1), 0) : 0;
  int64_t left = std::count_if(text.begin(), text.end(), starts_character) - keep;
  std::string masked;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!starts_character(text[at])) continue;
    if (left-- <= 0) break;
    masked += '*';
  }
  call.give_text(masked.append(text.substr(at)));
}

}  // namespace

void add_text_functions(sqlite3* db, Memory& memory) {
  add_function<regexp>(db, memory, {"regexp", 2});
  add_function<regexp_extract>(db, memory, {"regexp_extract", 2});
  add_function<regexp_extract>(db, memory, {"regexp_extract", 3});
  add_function<split_part>(db, memory, {"split_part", 3});
  add_function<mask>(db, memory, {"mask", 1});
  add_function<mask>(db, memory, {"mask", 2});
}

}  // namespace streamworker::sql
