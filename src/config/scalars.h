// The shapes that one scalar of the file can have: a duration, a size, a choice of words …
//
// A shape knows its value in all directions:
//   from_text   the file's text into the value; false: it is not one
//   expected    "a duration like 30s or 500ms", for messages
//   kind        "duration", for the reference
//   schema      the type as JSON Schema has it, without what all scalars have in common
//   show        the value as it is shown
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// Whole numbers, written with digits.
struct Whole {
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();

  bool from_text(const std::string& text, int64_t& value) const;
  bool from_text(const std::string& text, int& value) const;
  std::string expected() const;
  std::string kind() const { return "whole number"; }
  Tree schema() const;
  Tree show(int64_t value) const { return Tree::of(value); }
};

struct Number {
  bool from_text(const std::string& text, double& value) const;
  std::string expected() const { return "a number"; }
  std::string kind() const { return "number"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("number")}}); }
  Tree show(double value) const { return Tree::of(value); }
};

struct Flag {
  bool from_text(const std::string& text, bool& value) const;
  std::string expected() const { return "true or false"; }
  std::string kind() const { return "`true` or `false`"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("boolean")}}); }
  Tree show(bool value) const { return Tree::of(value); }
};

// One number and one of us, ms, s, m, h, d.
struct Span {
  Duration min = Duration(1);
  Duration max = std::chrono::hours(24 * 366);

  bool from_text(const std::string& text, Duration& value) const;
  std::string expected() const;
  std::string kind() const { return "duration"; }
  Tree schema() const;
  Tree show(Duration value) const;
};

// Bytes: one number and one of B, KiB, MiB, GiB, TiB.
struct Size {
  int64_t min = 1;

  bool from_text(const std::string& text, int64_t& value) const;
  std::string expected() const;
  std::string kind() const { return "size"; }
  Tree schema() const;
  Tree show(int64_t value) const;
};

// Per second: "50/s" or the number alone.
struct Rate {
  bool from_text(const std::string& text, double& value) const;
  std::string expected() const { return "a rate like 50/s"; }
  std::string kind() const { return "rate"; }
  Tree schema() const;
  Tree show(double value) const;
};

// A word for each value.
template <class T>
struct Choice {
  std::vector<std::pair<std::string, T>> words;

  bool from_text(const std::string& text, T& value) const {
    for (const auto& [word, its] : words) {
      if (word != text) continue;
      value = its;
      return true;
    }
    return false;
  }
  std::vector<std::string> known() const {
    std::vector<std::string> out;
    for (const auto& pair : words) out.push_back(pair.first);
    return out;
  }
  std::string expected() const { return any_of(known()); }
  std::string kind() const {
    std::vector<std::string> quoted;
    for (const std::string& word : known()) quoted.push_back("`" + word + "`");
    return any_of(quoted);
  }
  std::string suggest(const std::string& text) const { return did_you_mean(text, known()); }
  Tree schema() const {
    Tree list = Tree::list();
    for (const auto& pair : words) list.push(Tree::of(pair.first));
    return Tree::map({{"enum", std::move(list)}});
  }
  Tree show(const T& value) const {
    for (const auto& [word, its] : words)
      if (its == value) return Tree::of(word);
    return {};
  }
};

// The levels of the log.
Choice<std::string> log_levels();

// A name that Kafka takes as (the beginning of) a topic's: letters, digits, `.`, `_`, `-`.
struct TopicName {
  size_t max = 249;

  bool from_text(const std::string& text, std::string& value) const;
  std::string expected() const;
  std::string kind() const { return "name"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const std::string& value) const { return value.empty() ? Tree() : Tree::of(value); }
};

// Any text that is not empty; `what` says which: "a strptime pattern".
struct Words {
  std::string what = "a text";

  bool from_text(const std::string& text, std::string& value) const;
  std::string expected() const { return what; }
  std::string kind() const { return "text"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const std::string& value) const { return value.empty() ? Tree() : Tree::of(value); }
};

// A number of threads, or `auto`: as many as the machine has cores.
struct Threads {
  bool from_text(const std::string& text, int& value) const;
  std::string expected() const { return "auto or a whole number from 1 to 256"; }
  std::string kind() const { return "whole number or `auto`"; }
  Tree schema() const;
  Tree show(int64_t value) const { return Tree::of(value); }
};

// Names of streams, pipelines and databases: letters, digits, `_`, `-`, not a digit or - first.
bool is_name(const std::string& text);
std::string expected_name();

}  // namespace streamworker::config
