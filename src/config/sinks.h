// The shapes of a pipeline's `sink`.
#pragma once

#include <string>
#include <vector>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// One sink or a list of them. A sink is of the kind whose key it has: database, topic, file or log.
struct Sinks {
  void read(const Spot& spot, std::vector<Sink>& value) const;
  std::string kind() const { return "sink, or a list of them"; }
  Tree schema() const;
  Tree show(const std::vector<Sink>& value) const;
};

// `insert: true`.
struct Insert {
  void read(const Spot& spot, DatabaseSink& value) const;
  std::string kind() const { return "`true`"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("boolean")}}); }
  Tree show(const DatabaseSink& value) const;
};

// `upsert: [id]`, or `{key: [id], newest: created_at}`.
struct Upsert {
  void read(const Spot& spot, DatabaseSink& value) const;
  std::string kind() const { return "column, a list of them, or {key, newest}"; }
  Tree schema() const;
  Tree show(const DatabaseSink& value) const;
};

// The two keys of the long form of `upsert`.
struct UpsertKeys {
  DatabaseSink& sink;
};

// `log: true`, or an expression whose text is logged.
struct Logged {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<Text>& value) const;
  std::string kind() const { return "`true` or expression"; }
  Tree schema() const;
  Tree show(const std::optional<Text>& value) const;
};

}  // namespace streamworker::config
