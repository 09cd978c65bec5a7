// What people and CI servers read of a test, and what --update writes.
#include <filesystem>
#include <fstream>

#include "testing/differences.h"
#include "testing/junit.h"
#include "testing/update.h"
#include "unit/catch.h"

namespace streamworker::testing {
namespace {

using Lines = std::vector<std::string>;

Check check(const Lines& expected, const Lines& came) {
  return {Check::Kind::Topic, 0, "topics.out", expected, came, false};
}

TEST_CASE("both sides stand beside each other, equal lines in one line") {
  CHECK(differences(check({"a", "b", "c"}, {"a", "x", "c", "d"}), 80) ==
        "  topics.out\n"
        "    expected   came\n"
        "    a          a\n"
        "    b        ≠ x\n"
        "    c          c\n"
        "             > d\n");
  CHECK(differences(check({"a", "b"}, {"b"}), 80) ==
        "  topics.out\n"
        "    expected   came\n"
        "    a        <\n"
        "    b          b\n");
}

TEST_CASE("where there is no room, one stands below the other") {
  CHECK(differences(check({"aaaaaaaaaaaa", "b"}, {"cccccccccccc", "b"}), 20) ==
        "  topics.out\n"
        "    - aaaaaaaaaaaa\n"
        "    + cccccccccccc\n"
        "      b\n");
}

TEST_CASE("JUnit's XML") {
  Outcome good{"good", "", {}, std::chrono::milliseconds(12)};
  Outcome bad{"a < b", "", {check({"x"}, {"\"y\"\x01"})}, std::chrono::milliseconds(3)};
  Outcome stopped{"stopped", "it stops: why", {}, {}};
  CHECK(junit({{"p.test.yaml", {good, bad, stopped}}}) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites>\n"
        "  <testsuite name=\"p.test.yaml\" tests=\"3\" failures=\"2\" time=\"0.015\">\n"
        "    <testcase classname=\"p.test.yaml\" name=\"good\" time=\"0.012\"/>\n"
        "    <testcase classname=\"p.test.yaml\" name=\"a &lt; b\" time=\"0.003\">\n"
        "      <failure message=\"topics.out\">\n"
        "  topics.out\n"
        "    expected   came\n"
        "    x        ≠ &quot;y&quot;\\x01\n"
        "</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"p.test.yaml\" name=\"stopped\" time=\"0.000\">\n"
        "      <failure message=\"it stops: why\">\n"
        "it stops: why</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
}

config::TestFile file_of(const std::string& text) {
  const std::string path =
      (std::filesystem::temp_directory_path() / "streamworker-update.test.yaml").string();
  std::ofstream(path, std::ios::binary) << text;
  config::TestFile file = config::parse_test_file(path);
  std::filesystem::remove(path);
  return file;
}

TEST_CASE("update writes what came, and leaves the rest alone") {
  const std::string before =
      "# about it\n"
      "pipeline: p.yaml\n"
      "tests:\n"
      "  - name: first  # stays\n"
      "    expect:\n"
      "      topics: {out: [{key: a, value: 1}]}\n"
      "      counters: {x: 1}\n"
      "\n"
      "  # the second\n"
      "  - name: second\n"
      "    expect: {log: [a]}\n"
      "    given: []\n"
      "  - name: third\n"
      "    expect: {log: [b]}\n";
  const config::TestFile file = file_of(before);
  const Check topic{Check::Kind::Topic,       0,    "", {"{key: a, value: 1}"},
                    {"{key: b}", "{key: c}"}, false};
  const Check counter{Check::Kind::Counter, 0, "", {"1"}, {"1"}, true};
  const Check none{Check::Kind::Log, 0, "", {"a"}, {}, false};
  const Outcome first{"first", "", {topic, counter}, {}};
  const Outcome second{"second", "", {none}, {}};
  const Outcome third{"third", "stopped", {}, {}};
  CHECK(updated(file, {first, second, third}) ==
        "# about it\n"
        "pipeline: p.yaml\n"
        "tests:\n"
        "  - name: first  # stays\n"
        "    expect:\n"
        "      topics:\n"
        "        out:\n"
        "          - {key: b}\n"
        "          - {key: c}\n"
        "      counters:\n"
        "        x: 1\n"
        "\n"
        "  # the second\n"
        "  - name: second\n"
        "    expect:\n"
        "      log: []\n"
        "    given: []\n"
        "  - name: third\n"
        "    expect: {log: [b]}\n");
}

TEST_CASE("update says where it cannot write") {
  const config::TestFile file =
      file_of("pipeline: p.yaml\ntests:\n  - {name: a, expect: {log: [a]}}\n");
  const Outcome outcome{"a", "", {{Check::Kind::Log, 0, "", {"a"}, {}, false}}, {}};
  CHECK_THROWS_AS(updated(file, {outcome}), config::ConfigError);
}

}  // namespace
}  // namespace streamworker::testing
