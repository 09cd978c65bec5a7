// The shapes of what fills a topic: `sample`, `generate`, `from_file`.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// A path, or {path, follow}.
struct FileSource {
  void read(const Spot& spot, FromFile& value) const;
  std::string kind() const { return "path, or {path, follow}"; }
  Tree schema() const;
  Tree show(const FromFile& value) const;
};

// {generate: {…}} or {file: path}.
struct Sample {
  using TakesOptional = void;
  using Value = std::optional<std::variant<Generate, FromFile>>;
  void read(const Spot& spot, Value& value) const;
  std::string kind() const { return "{generate} or {file}"; }
  Tree schema() const;
  Tree show(const Value& value) const;
};

}  // namespace streamworker::config
