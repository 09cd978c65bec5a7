#include "codec/json_path.h"

#include <vector>

namespace streamworker {
namespace {

constexpr size_t kDeepest = 64;
constexpr size_t kLongestPath = 200;
constexpr size_t kLongestExcerpt = 60;

struct Level {
  bool is_array = false;
  size_t index = 0;
  std::string_view key;  // as it stands in the text, without quotes
};

bool is_word(std::string_view name) {
  for (const char c : name) {
    const auto lower = static_cast<char>(c | 0x20);
    if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') && c != '_') return false;
  }
  return !name.empty();
}

std::string_view cut(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

std::string written(const std::vector<Level>& levels) {
  std::string path = "$";
  for (const Level& level : levels) {
    if (path.size() > kLongestPath) return path + "…";
    if (level.is_array) {
      path += "[" + std::to_string(level.index) + "]";
    } else if (is_word(level.key)) {
      path += ".";
      path += cut(level.key, kLongestPath);
    } else if (level.key.data() != nullptr) {
      path += "[\"";
      path += cut(level.key, kLongestPath);
      path += "\"]";
    }
  }
  return path;
}

// What a character outside of strings does to the levels.
void step(char c, std::vector<Level>& levels, bool& at_key) {
  if (c == '{' || c == '[') {
    levels.push_back({c == '[', 0, {}});
    at_key = c == '{';
  } else if (levels.empty()) {
    return;
  } else if (c == '}' || c == ']') {
    levels.pop_back();
    at_key = false;
  } else if (c == ',') {
    at_key = !levels.back().is_array;
    levels.back().key = {};
    ++levels.back().index;
  }
}

}  // namespace

size_t json_string_end(std::string_view text, size_t offset) {
  for (size_t at = offset + 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

std::string json_path(std::string_view text, size_t offset) {
  text = text.substr(0, offset);  // what is behind may be anything
  std::vector<Level> levels;
  bool at_key = false;  // the next string is a key
  for (size_t at = 0; at < text.size() && levels.size() <= kDeepest;) {
    if (text[at] != '"') {
      step(text[at++], levels, at_key);
      continue;
    }
    const size_t end = json_string_end(text, at);
    const bool closed = end - at > 1 && text[end - 1] == '"';
    if (at_key) levels.back().key = text.substr(at + 1, end - at - (closed ? 2 : 1));
    at_key = false;
    at = end;
  }
  return written(levels);
}

std::string json_excerpt(std::string_view text, size_t offset) {
  size_t end = offset;
  if (offset < text.size() && text[offset] == '"') {
    end = json_string_end(text, offset);
  } else {
    while (end < text.size() &&
           std::string_view(" \t\r\n,]}").find(text[end]) == std::string_view::npos)
      ++end;
  }
  const std::string_view value = text.substr(offset, end - offset);
  const std::string_view shown = cut(value, kLongestExcerpt);
  return std::string(shown) + (shown.size() < value.size() ? "…" : "");
}

}  // namespace streamworker
