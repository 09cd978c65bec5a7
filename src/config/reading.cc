#include "config/reading.h"

#include <algorithm>
#include <filesystem>

#include "base/format.h"
#include "config/overrides.h"
#include "record/json_text.h"

namespace streamworker::config {

namespace {

constexpr size_t kLongestQuote = 60;

}  // namespace

void Reading::problem(Mark at, const std::string& path, std::string message) {
  problems_.push_back({at, path, std::move(message) + given(at)});
}

std::string Reading::resolve(const std::string& path) const {
  return (std::filesystem::path(folder_) / path).lexically_normal().string();
}

void Spot::problem_at(std::string_view key, const std::string& message) const {
  const auto* entry = yaml.find(key);
  if (entry == nullptr) return problem(message);
  reading.problem(entry->value.at, path_of(path, key), message);
}

void Spot::unexpected(const std::string& expected) const {
  if (yaml.unreadable) return;
  std::string got = "nothing";
  if (is_scalar()) got = quote(yaml.text);
  if (is_list()) got = "a list";
  if (is_map()) got = "a mapping";
  problem("expected " + expected + ", got " + got);
}

std::optional<std::string> Spot::scalar(const std::string& expected) const {
  if (is_scalar() && !yaml.unreadable) return yaml.text;
  unexpected(expected);
  return {};
}

std::optional<Text> Spot::text(const std::string& expected) const {
  auto value = scalar(expected);
  if (!value) return {};
  if (value->find_first_not_of(" \t\r\n") == std::string::npos) {
    problem("expected " + expected + ", got an empty text");
    return {};
  }
  return Text{std::move(*value), yaml.at, path};
}

std::string quote(std::string_view text) {
  const bool is_long = text.size() > kLongestQuote;
  size_t end = is_long ? kLongestQuote : text.size();
  while (is_long && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string out;
  append_json_string(text.substr(0, end), out);
  if (is_long) out.insert(out.size() - 1, "…");
  return out;
}

std::string any_of(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

std::string suggestion(const std::string& word, std::vector<std::string> known) {
  std::sort(known.begin(), known.end());
  return fmt::format("{} (known: {})", did_you_mean(word, known), fmt::join(known, ", "));
}

}  // namespace streamworker::config
