// The shape of `format`, of streams and topic sinks: a chain like json|gzip|base64 (DESIGN 3.7).
#pragma once

#include <string>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// "json|gzip|base64"; "json"; "gzip".
std::string to_string(const Format& format);
std::string to_string(Form form);
std::string to_string(Packing packing);

// The shape of a chain in the file; blanks around | do not matter.
struct Chain {
  void read(const Spot& spot, Format& value) const;
  std::string kind() const { return "format"; }
  Tree schema() const;
  Tree show(const Format& value) const { return Tree::of(to_string(value)); }
};

}  // namespace streamworker::config
