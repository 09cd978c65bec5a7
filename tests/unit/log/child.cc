#include "unit/log/child.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/catch.h"

namespace streamworker {

Child::Child(const std::string& program, const std::string& argument) {
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string name = program;
  std::string text = argument;
  std::array<char*, 3> arguments{name.data(), text.data(), nullptr};
  const int failed =
      posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  output_ = ends[0];
  REQUIRE(failed == 0);
}

Child::~Child() {
  kill();
  close(output_);
}

std::optional<std::string> Child::line() {
  size_t end = read_.find('\n');
  while (end == std::string::npos) {
    std::array<char, 4096> more{};
    const ssize_t size = read(output_, more.data(), more.size());
    if (size <= 0) return std::nullopt;
    read_.append(more.data(), static_cast<size_t>(size));
    end = read_.find('\n');
  }
  std::string line = read_.substr(0, end);
  read_.erase(0, end + 1);
  return line;
}

void Child::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace streamworker
