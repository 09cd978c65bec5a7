// Where the parser stands while it reads: the value, its path, and where problems go.
//
// Reading never stops at a problem; a value that cannot be read keeps its default, so that all
// problems are told at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "config/yaml.h"

namespace streamworker::config {

// One file being read.
class Reading {
 public:
  explicit Reading(std::string folder) : folder_(std::move(folder)) {}

  // A place 0:0 is the command line, which the message then says.
  void problem(Mark at, const std::string& path, std::string message);
  // Relative paths are relative to the file's folder.
  std::string resolve(const std::string& path) const;
  std::vector<Problem>& problems() { return problems_; }

 private:
  std::string folder_;
  std::vector<Problem> problems_;
};

// A value of the file. Borrows all it names.
struct Spot {
  Reading& reading;
  const Yaml& yaml;
  std::string path;

  bool is_null() const { return yaml.kind == Yaml::Kind::Null; }
  bool is_scalar() const { return yaml.kind == Yaml::Kind::Scalar; }
  bool is_list() const { return yaml.kind == Yaml::Kind::List; }
  bool is_map() const { return yaml.kind == Yaml::Kind::Map; }

  Spot child(const Yaml::Entry& entry) const {
    return {reading, entry.value, path_of(path, entry.key)};
  }
  Spot item(size_t i) const { return {reading, yaml.items[i], path_of(path, i)}; }

  void problem(const std::string& message) const { reading.problem(yaml.at, path, message); }
  // At the key `key` of this mapping, else here.
  void problem_at(std::string_view key, const std::string& message) const;
  // "expected a duration like 30s or 500ms, got a list"
  void unexpected(const std::string& expected) const;
  // The scalar's text. None, and a problem: it is no scalar.
  std::optional<std::string> scalar(const std::string& expected) const;
  // The text with its place; empty texts are a problem. None as above.
  std::optional<Text> text(const std::string& expected) const;
};

// "\"x\"", shortened when long, on one line.
std::string quote(std::string_view text);
// "a, b or c"
std::string any_of(const std::vector<std::string>& words);
// "; did you mean …?" when one is close, and in any case " (known: …)" in order of the alphabet.
std::string suggestion(const std::string& word, std::vector<std::string> known);

}  // namespace streamworker::config
