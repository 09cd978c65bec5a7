#include "config/problems.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/format.h"

namespace streamworker::config {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Edits from one word to the other; two neighbours that changed places count as one.
size_t distance(const std::string& a, const std::string& b) {
  const size_t width = b.size() + 1;
  std::vector<size_t> cost((a.size() + 1) * width);
  const auto at = [&](size_t i, size_t j) -> size_t& { return cost[i * width + j]; };
  for (size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return at(a.size(), b.size());
}

std::string line_of(const std::string& file, const Problem& problem) {
  std::string out = file;
  if (problem.at.line > 0) out += fmt::format(":{}:{}", problem.at.line, problem.at.column);
  out += ": error: ";
  if (!problem.path.empty()) out += problem.path + ": ";
  return out + problem.message + "\n";
}

}  // namespace

ConfigError::ConfigError(std::string file, std::vector<Problem> problems)
    : std::runtime_error("configuration: " + file),
      file_(std::move(file)),
      problems_(std::move(problems)) {
  std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
  });
}

std::string ConfigError::text() const {
  std::string out;
  for (const Problem& problem : problems_) out += line_of(file_, problem);
  const char* errors = problems_.size() == 1 ? "error" : "errors";
  return out + fmt::format("{} {} in {}\n", problems_.size(), errors, file_);
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  if (word.size() > 64) return "";
  const size_t most = std::max<size_t>(1, word.size() / 3);
  const std::string* best = nullptr;
  size_t best_distance = most + 1;
  for (const std::string& candidate : known) {
    const size_t d = distance(lower(word), lower(candidate));
    if (d < best_distance && d < candidate.size()) {
      best = &candidate;
      best_distance = d;
    }
  }
  // "minimum" for min, "par" for partitions.
  for (const std::string& candidate : known) {
    const size_t shorter = std::min(word.size(), candidate.size());
    const bool begins = lower(word).substr(0, shorter) == lower(candidate).substr(0, shorter);
    if (best == nullptr && shorter >= 3 && begins) best = &candidate;
  }
  return best == nullptr ? "" : "; did you mean \"" + *best + "\"?";
}

}  // namespace streamworker::config
