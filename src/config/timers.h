// The shapes of a timer's keys: its moments, its statements, its parameters.
#pragma once

#include <string>
#include <vector>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// Five fields as crontab has them (record/cron.h). Any text will do here: the rules say what is
// wrong with it, and with the timezone beside it.
struct CronFields {
  bool from_text(const std::string& text, std::string& value) const;
  std::string expected() const;
  std::string kind() const { return "five fields: minute, hour, day of month, month, day of week"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const std::string& value) const { return value.empty() ? Tree() : Tree::of(value); }
};

// One statement or a list of them.
struct Statements {
  void read(const Spot& spot, std::vector<Text>& value) const;
  std::string kind() const { return "statement, or a list of them"; }
  Tree schema() const;
  Tree show(const std::vector<Text>& value) const;
};

// {name: constant}, {name: scheduled_at - 1h}, {name: {sql: query}}.
struct Parameters {
  using Entries = void;  // each is a key of its own to live settings
  void read(const Spot& spot, std::vector<Parameter>& value) const;
  std::string kind() const {
    return "mapping of a name to a constant, to `scheduled_at`, `now` or `last_run` (also with "
           "`- 1h` or `+ 1h` behind it), or to `{sql: query}`";
  }
  Tree schema() const;
  Tree show(const std::vector<Parameter>& value) const;
};

}  // namespace streamworker::config
