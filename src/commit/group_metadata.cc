#include "commit/group_metadata.h"

#include <charconv>

#include "base/format.h"

namespace streamworker {

namespace {

constexpr std::string_view kVersion = "v1";
constexpr std::string_view kPassed = "t";  // no hash

// FNV-1a, 64 bits: short, and the same on every machine.
uint64_t fnv(std::string_view text) {
  uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

template <class T>
bool number(std::string_view text, T& to) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), to);
  return code == std::errc() && end == text.data() + text.size();
}

std::string_view next_word(std::string_view& text) {
  const size_t space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  return word;
}

}  // namespace

std::string output_hash(const std::string& name) {
  return fmt::format("{:010x}", fnv(name) & 0xffffffffffULL);
}

std::string table_hash(const std::string& table) { return output_hash(table + "-changelog"); }

std::string to_metadata(const OutputPositions& positions) {
  std::string text = fmt::format("{} {}", kVersion, positions.partitions);
  if (positions.passed) text += fmt::format(" {}={}", kPassed, *positions.passed);
  for (const auto& [hash, position] : positions.outputs)
    text += position ? fmt::format(" {}={}", hash, *position) : " " + hash;
  return text;
}

Result<OutputPositions> read_metadata(const std::string& text) {
  OutputPositions read;
  std::string_view rest = text;
  const std::string_view version = next_word(rest);
  if (version != kVersion) {
    const bool newer =
        version.size() > 1 && version[0] == 'v' && version[1] >= '0' && version[1] <= '9';
    if (newer)
      return stop("the group's offsets were written by a newer version of streamworker (" +
                  std::string(version) + "): run that version, or another app name");
    read.all = true;
    return read;
  }
  if (!number(next_word(rest), read.partitions)) return stop("unreadable offset metadata: " + text);
  while (!rest.empty()) {
    const std::string_view word = next_word(rest);
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    auto& value = name == kPassed ? read.passed : read.outputs[std::string(name)];
    if (equals == std::string_view::npos) continue;
    int64_t found = 0;
    if (!number(word.substr(equals + 1), found)) return stop("unreadable offset metadata: " + text);
    value = found;
  }
  return read;
}

}  // namespace streamworker
