#include "base/log.h"

#include <array>
#include <regex>

#include <fcntl.h>
#include <unistd.h>

#include "unit/catch.h"
#include "unit/written.h"

namespace streamworker::log {
namespace {

TEST_CASE("a text line is time, level, module and message in columns") {
  const auto out = written_by([] {
    info("app", "streamworker {}", "0.1.0");
    warn("runtime", "a\nb");
  });
  const std::regex two_lines(
      R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info  app       streamworker 0\.1\.0\n)"
      R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} warn  runtime   a\\nb\n)");
  CAPTURE(out.text);
  CHECK(std::regex_match(out.text, two_lines));
}

TEST_CASE("json lines carry the same") {
  const auto out = written_by([] {
    configure({.level = Level::Info, .form = Form::Json, .modules = {}});
    error("sink", "away");
  });
  CAPTURE(out.text);
  CHECK(out.text.ends_with(R"(Z","level":"error","module":"sink","message":"away"})"
                           "\n"));
}

TEST_CASE("levels are per module") {
  const auto out = written_by([] {
    configure({.level = Level::Warn,
               .form = Form::Text,
               .modules = {{"sink", Level::Debug}, {"http", Level::Off}}});
    info("app", "not this");
    debug("sink", "but this");
    error("http", "nor this");
    if (enabled(Level::Info, "app") || !enabled(Level::Warn, "app")) error("app", "wrong");
  });
  CHECK(out.text.find("this") == out.text.find("this", out.text.find("but")));
  CHECK(out.text.find("debug sink      but this") != std::string::npos);
  CHECK(std::count(out.text.begin(), out.text.end(), '\n') == 1);
}

TEST_CASE("a hidden value never appears, the longest first") {
  const auto out = written_by([] {
    hide("geheim");
    hide("geheim-123");
    hide("abc");
    hide("");
    info("app", "a geheim-123 b geheim c abc");
    info("app", "{}", redact("geheimgeheim"));
  });
  CHECK(out.text.find("geheim") == std::string::npos);
  CHECK(out.text.find("a *** b *** c abc\n") != std::string::npos);
  CHECK(out.text.find("******\n") != std::string::npos);
}

TEST_CASE("repeats are folded, but for lines that are the user's output") {
  const auto out = written_by([] {
    for (int i = 0; i < 215; ++i) warn("sink", "away");
    for (int i = 0; i < 3; ++i) write(Level::Info, "sink", "spent 3", Repeats::Keep);
  });
  CHECK(std::count(out.text.begin(), out.text.end(), '\n') == 5);
  CHECK(out.text.find("away … 214 more in 1 s\n") != std::string::npos);
}

TEST_CASE("stderr that nobody reads does not end the program") {
  const auto out = written_by([] {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) _exit(1);
    dup2(ends[1], 2);
    close(ends[1]);
    close(ends[0]);
    for (int i = 0; i < 100; ++i) info("app", "line {}", i);
  });
  CHECK(WIFEXITED(out.status));
  CHECK(WEXITSTATUS(out.status) == 0);
}

TEST_CASE("a stderr that is closed from the start does not become another file") {
  const auto out = written_by([] {
    close(2);
    info("app", "first");
    const int file = open("/dev/null", O_RDONLY);
    if (file == 2) _exit(1);
  });
  CHECK(WIFEXITED(out.status));
  CHECK(WEXITSTATUS(out.status) == 0);
}

}  // namespace
}  // namespace streamworker::log
