// What a program writes to stderr.
#pragma once

#include <array>
#include <cstdlib>
#include <functional>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "unit/catch.h"

namespace streamworker {

// What `body` writes to stderr in a process of its own, to its orderly end; and how that ended.
struct Written {
  std::string text;
  int status = 0;
};

inline Written written_by(const std::function<void()>& body) {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t child = fork();
  REQUIRE(child != -1);
  if (child == 0) {
    dup2(ends[1], 2);
    close(ends[0]);
    close(ends[1]);
    body();
    std::exit(0);  // NOLINT(concurrency-mt-unsafe): the only thread of the child
  }
  close(ends[1]);
  Written out;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(ends[0], buffer.data(), buffer.size())) > 0;)
    out.text.append(buffer.data(), static_cast<size_t>(n));
  close(ends[0]);
  waitpid(child, &out.status, 0);
  return out;
}

}  // namespace streamworker
