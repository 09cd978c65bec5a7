// A program started by a test, its output line by line. Killed with the object.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace streamworker {

class Child {
 public:
  Child(const std::string& program, const std::string& argument);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // The next line of its output; none: it has ended.
  std::optional<std::string> line();
  // kill -9, and waits for its end. What it had printed can still be read.
  void kill();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string read_;
};

}  // namespace streamworker
