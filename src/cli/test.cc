// Runs test files of pipelines.
#include <algorithm>
#include <fstream>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/human.h"
#include "base/log.h"
#include "base/startup_error.h"
#include "cli/commands.h"
#include "config/test_file.h"
#include "testing/differences.h"
#include "testing/junit.h"
#include "testing/update.h"

namespace streamworker::cli {

namespace {

using testing::Outcome;

constexpr size_t kWidth = 120;  // where no terminal says

// The worker's own lines are no part of it, but for `record`, what pipelines print.
void configure_log(const TestOptions& wanted) {
  log::Settings settings;
  settings.level = wanted.log_level ? log::level_named(*wanted.log_level) : log::Level::Off;
  settings.modules["record"] = log::Level::Debug;
  log::configure(settings);
}

struct Colours {
  bool on = isatty(STDOUT_FILENO) == 1;
  std::string green(const std::string& text) const {
    return on ? "\033[32m" + text + "\033[0m" : text;
  }
  std::string red(const std::string& text) const {
    return on ? "\033[31m" + text + "\033[0m" : text;
  }
};

size_t width_of_terminal() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kWidth;
}

void print(const Outcome& outcome, const Colours& colours) {
  std::cout << (outcome.passed() ? colours.green("ok    ") : colours.red("FAIL  ")) << outcome.name
            << " (" << format_elapsed(outcome.took) << ")\n";
  if (!outcome.error.empty()) std::cout << "  " << log::redact(outcome.error) << "\n";
  for (const testing::Check& check : outcome.checks)
    if (!check.same) std::cout << testing::differences(check, width_of_terminal());
  std::cout << std::flush;
}

std::vector<Outcome> run_file(const config::TestFile& file, const TestOptions& wanted) {
  const SystemClock clock;
  std::vector<Outcome> outcomes;
  for (const config::Test& test : file.tests) {
    if (test.name.find(wanted.filter) == std::string::npos) continue;
    outcomes.push_back(testing::run_test(file, test, clock));
    print(outcomes.back(), Colours());
  }
  return outcomes;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw StartupError("cannot write " + path);
}

void update(const config::TestFile& file, const std::vector<Outcome>& outcomes) {
  const std::string text = testing::updated(file, outcomes);
  if (text == file.text) return;
  write_file(file.path, text);
  std::cout << "      " << file.path << " was written anew: look at what changed\n";
}

}  // namespace

int test(const TestOptions& wanted) {
  configure_log(wanted);
  std::vector<testing::Suite> suites;
  size_t ran = 0;
  size_t passed = 0;
  Duration took{};
  for (const std::string& path : wanted.files) {
    const config::TestFile file = config::parse_test_file(path);
    if (wanted.files.size() > 1) std::cout << path << "\n";
    suites.emplace_back(path, run_file(file, wanted));
    for (const Outcome& one : suites.back().second) {
      took += one.took;
      ++ran;
      passed += one.passed() ? 1 : 0;
    }
    if (wanted.update) update(file, suites.back().second);
  }
  if (!wanted.junit.empty()) write_file(wanted.junit, testing::junit(suites));
  if (ran == 0) throw StartupError("no test has \"" + wanted.filter + "\" in its name");
  std::cout << fmt::format("{} of {} passed in {}\n", passed, ran, format_elapsed(took));
  return passed == ran ? kDone : kFailed;
}

}  // namespace streamworker::cli
