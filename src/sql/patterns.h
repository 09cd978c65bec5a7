// Regular expressions (ECMAScript), compiled once and kept.
//
// They are matched without backtracking: no recursion as deep as the text is long, no exponential
// time; in return there are no back-references. Text is UTF-8 and `.` is one character of it; \w,
// \d, \s and [[:alpha:]] are ASCII's. One thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace streamworker::sql {

class Pattern {
 public:
  static constexpr size_t kLongestPattern = 1000;
  static constexpr size_t kLongestText = 16'384;

  // Throws std::invalid_argument: not a regular expression, or too long.
  explicit Pattern(std::string_view pattern);

  size_t groups() const { return groups_; }
  // Throws std::invalid_argument: the text is too long.
  bool search(std::string_view text) const;
  // The group of the first match, 0 is all of it. None: no match, or the group took no part in it.
  // REQUIRES: group <= groups(). Throws as `search`.
  std::optional<std::string> extract(std::string_view text, size_t group) const;

 private:
  bool narrow(std::string_view text) const;

  std::optional<std::regex> narrow_;  // for ASCII in ASCII, none: the pattern is not ASCII
  std::wregex wide_;
  size_t groups_ = 0;
};

// The patterns that were used last.
class Patterns {
 public:
  // Throws as Pattern's constructor.
  const Pattern& get(std::string_view pattern);

 private:
  static constexpr size_t kKept = 256;  // then all are forgotten
  std::map<std::string, Pattern, std::less<>> known_;
};

}  // namespace streamworker::sql
