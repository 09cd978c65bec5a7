// The shapes below a stream's `schema`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// `schema`: a mapping of a field's name to its type, or to its long form.
struct Fields {
  void read(const Spot& spot, std::vector<Field>& value) const;
  std::string kind() const { return "mapping of field to type, or to its long form"; }
  Tree schema() const;
  Tree show(const std::vector<Field>& value) const;
};

// `string`, `decimal(10,3)`, `timestamp?`: sets the field's type, and nullable for the `?`.
struct TypeOf {
  void read(const Spot& spot, Field& value) const;
  std::string kind() const { return "type"; }
  Tree schema() const;
  Tree show(const Field& value) const;
};

// A field's default: the text of its value; lists and mappings become JSON. Null is none.
struct DefaultOf {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<std::string>& value) const;
  std::string kind() const { return "value"; }
  Tree schema() const { return Tree::map(); }
  Tree show(const std::optional<std::string>& value) const;
};

// An expression's type: as a field's, without `?`.
struct ResultType {
  void read(const Spot& spot, FieldType& value) const;
  std::string kind() const { return "type"; }
  Tree schema() const;
  Tree show(FieldType value) const;
};

// Do the keys of a field go together, and with its type? Reports at the keys of `spot`.
void check_field(const Spot& spot, const Field& field);

}  // namespace streamworker::config
