// The shapes of `select`, `columns` and a generator's `fields`: names with expressions.
#pragma once

#include <string>
#include <vector>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// One of them.
void read_column(const Spot& spot, Mark at, const std::string& name, Column& column);
Tree show_column(const Column& column);
// What is given as an expression alone.
Tree expression_schema();

// {name: expression}, {name: {expr, type}}, or (where `lists`) a list of names.
struct Columns {
  bool lists = true;

  void read(const Spot& spot, std::vector<Column>& value) const;
  std::string kind() const;
  Tree schema() const;
  Tree show(const std::vector<Column>& value) const;
};

// One mapping, a list of names, or a list of mappings that are run in order. `"*"` keeps all
// fields, `except: [names]` keeps all but these.
struct Selects {
  void read(const Spot& spot, std::vector<Select>& value) const;
  std::string kind() const;
  Tree schema() const;
  Tree show(const std::vector<Select>& value) const;
};

}  // namespace streamworker::config
