#include "cli/tap_text.h"

#include <algorithm>

#include "base/format.h"
#include "base/human.h"
#include "record/field_text.h"

namespace streamworker::cli {
namespace {

constexpr size_t kTimeWidth = 24;     // 2026-11-21T07:12:41.118Z
constexpr size_t kMostKeyWidth = 40;  // longer keys push their own values alone

size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string padded(std::string_view text, size_t width) {
  const size_t has = width_of(text);
  return std::string(text) + std::string(width > has ? width - has : 0, ' ');
}

// Behind the string that begins here.
size_t end_of_string(std::string_view json, size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return std::min(at + 1, json.size());
}

// The comma or bracket behind the value that begins here.
size_t end_of_value(std::string_view json, size_t at) {
  for (int depth = 0; at < json.size();) {
    const char c = json[at];
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) break;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    at = c == '"' ? end_of_string(json, at) : at + 1;
  }
  return at;
}

}  // namespace

std::vector<std::pair<std::string_view, std::string_view>> members_of(std::string_view json) {
  std::vector<std::pair<std::string_view, std::string_view>> all;
  if (!json.starts_with('{')) return all;
  for (size_t at = 1; at < json.size() && json[at] == '"';) {
    const size_t colon = end_of_string(json, at);
    const size_t end = end_of_value(json, std::min(colon + 1, json.size()));
    if (end >= json.size()) break;
    all.emplace_back(json.substr(at + 1, colon - at - 2), json.substr(colon + 1, end - colon - 1));
    at = end + 1;
  }
  return all;
}

std::string_view member_of(std::string_view json, std::string_view name) {
  for (const auto& [member, value] : members_of(json))
    if (member == name) return value;
  return {};
}

std::string_view bare(std::string_view json) {
  const bool plain = json.size() >= 2 && json.front() == '"' && json.find('\\') == json.npos;
  return plain ? json.substr(1, json.size() - 2) : json;
}

std::string TapLines::line(std::string_view event, WallTime came) {
  const std::string_view time = bare(member_of(event, "timestamp"));
  const std::string_view key = bare(member_of(event, "key"));
  const std::string_view window = member_of(event, "window");
  const std::string_view error = bare(member_of(event, "error"));
  key_width_ = std::min(kMostKeyWidth, std::max(key_width_, width_of(key)));
  std::string out = padded(time.empty() ? format_time(came) : time, kTimeWidth);
  out += "  " + padded(key, key_width_) + "  ";
  if (!window.empty())
    out +=
        fmt::format("{} to {}  ", bare(member_of(window, "start")), bare(member_of(window, "end")));
  out += error.empty() ? std::string(member_of(event, "value")) : "error: " + std::string(error);
  return out;
}

std::string left_out_in_words(std::string_view dropped) {
  const auto count = [&](const char* name) {
    return parse_int(member_of(dropped, name)).value_or(0);
  };
  std::string reasons;
  const auto add = [&](int64_t of, const char* why) {
    if (of > 0) reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", of, why);
  };
  add(count("rate"), "beyond 1000 a second");
  add(count("slow"), "not read fast enough");
  add(count("size"), "too large");
  return "left out here: " + reasons;
}

}  // namespace streamworker::cli
