// `databases.NAME.url`.
//
//   mysql://user[:password]@host[:port]/database     %41 stands for A in each part
//   sqlite:///folder/file.db                         an absolute path
//   sqlite:file.db, sqlite://file.db                 relative to the pipeline file's folder
//   sqlite::memory:, sqlite://:memory:               gone at the end (for tests)
#pragma once

#include <string>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// Fills what the url says, the password (hidden from the log at once) in `password` and not in
// `url`. No message quotes more of it than the scheme.
struct DatabaseUrl {
  void read(const Spot& spot, Database& value) const;
  std::string kind() const { return "url"; }
  Tree schema() const;
  Tree show(const Database& value) const {
    return value.url.empty() ? Tree() : Tree::of(value.url);
  }
};

}  // namespace streamworker::config
