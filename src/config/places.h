// The shapes of names, expressions and paths: texts that keep their place in the file.
//
// Like the shapes of scalars.h, but they read from a Spot: `read` reports its own problems.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/secret.h"
#include "config/reading.h"
#include "config/tree.h"

namespace streamworker::config {

// A text of the user's: an SQL expression, or the name of something that `what` says.
struct TextOf {
  std::string what;  // "expression", "name of a database"

  void read(const Spot& spot, Text& value) const;
  std::string kind() const { return what; }
  Tree schema() const;
  Tree show(const Text& value) const { return Tree::of(value.value); }
};
inline TextOf expression() { return {"expression"}; }

// One name or a list of them, none twice.
struct Names {
  std::string what;  // "field", "stream or pipeline"

  void read(const Spot& spot, std::vector<Text>& value) const;
  std::string kind() const { return what + ", or a list of them"; }
  Tree schema() const;
  // One as it is, more as a list.
  Tree show(const std::vector<Text>& value) const;
};

// A list of values as texts.
struct Values {
  void read(const Spot& spot, std::vector<std::string>& value) const;
  std::string kind() const { return "list of values"; }
  Tree schema() const;
  Tree show(const std::vector<std::string>& value) const;
};

// A path, resolved against the file's folder.
struct FilePath {
  void read(const Spot& spot, std::string& value) const;
  std::string kind() const { return "path"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const std::string& value) const { return value.empty() ? Tree() : Tree::of(value); }
};

// A password, or a file that holds one. Both hide it from the log at once.
struct SecretText {
  void read(const Spot& spot, Secret& value) const;
  std::string kind() const { return "secret"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const Secret& value) const { return value.empty() ? Tree() : Tree::of("***"); }
};
struct SecretFile {
  void read(const Spot& spot, Secret& value) const;
  std::string kind() const { return "path"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const Secret&) const { return {}; }  // shown as the secret itself
};

// A level of the log for each module.
struct Levels {
  using Entries = void;  // each entry is a value of its own, see live.h
  void read(const Spot& spot, std::map<std::string, std::string>& value) const;
  std::string kind() const { return "mapping of module to level"; }
  Tree schema() const;
  Tree show(const std::map<std::string, std::string>& value) const;
};

}  // namespace streamworker::config
