#include "config/interpolate.h"

#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

TEST_CASE("variables in texts") {
  const Environment environment = {{"A", "one"}, {"EMPTY", ""}, {"B_2", "x}y"}};
  const auto is = [&](const std::string& text) {
    const auto result = interpolate(text, environment);
    return result ? *result : "error: " + result.error().message;
  };
  CHECK(is("plain") == "plain");
  CHECK(is("${A}") == "one");
  CHECK(is("<${A}|${A}>") == "<one|one>");
  CHECK(is("${EMPTY}").empty());
  CHECK(is("${NO:-default}") == "default");
  CHECK(is("${EMPTY:-default}") == "default");
  CHECK(is("${NO:-}").empty());
  CHECK(is("${NO:-a:b-c?d}") == "a:b-c?d");
  CHECK(is("${A:-default}") == "one");
  CHECK(is("${A:?message}") == "one");
  CHECK(is("${B_2}") == "x}y");
  CHECK(is("$$") == "$");
  CHECK(is("$${A}") == "${A}");
  CHECK(is("$$$$") == "$$");
  CHECK(is("5$ and ^a$") == "5$ and ^a$");
  CHECK(is("$A") == "$A");
  CHECK(contains(is("${NO}"), "variable NO is not set"));
  CHECK(contains(is("${NO:?say it}"), "variable NO is not set: say it"));
  CHECK(contains(is("${A"), "without its"));
  CHECK(contains(is("${}"), "is not a variable"));
  CHECK(contains(is("${9A}"), "is not a variable"));
  CHECK(contains(is("${A:+x}"), "comes - and a default"));
}

TEST_CASE("values are replaced after YAML is parsed, keys are not") {
  const Environment environment = {{"TOPIC", "a: b # c"}, {"N", "3"}, {"NAME", "x"}};
  const File file =
      parsed("app: a\nthreads: ${N}\nstreams: {data: {timestamp: \"${TOPIC}\"}}\n", environment);
  CHECK(file.threads == 3);
  CHECK(file.streams[0].timestamp->value == "a: b # c");
  CHECK(
      contains(said("app: a\nstreams: {\"${NAME}\": {}}\n", environment), "cannot name a stream"));
}

TEST_CASE("a variable that is not set is told once") {
  CHECK(contains(said(minimal() + "threads: ${NO}\n"), "1 error in"));
}

}  // namespace streamworker::config
