// What a whole test says: about steps that fail, and about what differs in each kind of result.
// What goes well is in tests/golden.
#include "testing/run_test.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "unit/catch.h"

namespace streamworker::testing {
namespace {

const std::string kPipeline =
    "app: shop\n"
    "databases: {db: {url: \"sqlite:shop.db\"}}\n"
    "streams: {data: {schema: {n: int}}, strict: {schema: {n: int}, on_error: fail}, "
    "rows: {schema: {n: int}, format: csv}}\n"
    "pipelines:\n"
    "  out: {from: data, sink: {topic: out}}\n"
    "  print: {from: data, sink: {log: \"'n is ' || n\"}}\n"
    "  same: {from: strict, sink: {topic: same}}\n"
    "timers: {bad: {every: 1h, database: db, enabled: false, sql: [\"SELECT * FROM nowhere\"]}}\n";

class Folder {
 public:
  Folder() {
    path_ = (std::filesystem::temp_directory_path() / "streamworker-run-XXXXXX").string();
    REQUIRE(mkdtemp(path_.data()) != nullptr);
    write("p.yaml", kPipeline);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }
  // Of a file with one test.
  Outcome run(const std::string& steps, const std::string& expect, const std::string& head = "") {
    write("t.test.yaml", "pipeline: p.yaml\n" + head + "tests:\n  - name: one\n    given: [" +
                             steps + "]\n    expect: {" + expect + "}\n");
    const config::TestFile file = config::parse_test_file(path_ + "/t.test.yaml");
    const SystemClock clock;
    return run_test(file, file.tests.at(0), clock);
  }
  size_t files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::string path_;
};

const std::string kOne = "{stream: data, key: a, value: {n: 1}, timestamp: 5s, headers: {h: x}}";

TEST_CASE("every kind of expectation can fail") {
  Folder folder;
  const std::string expect = GENERATE(
      as<std::string>(), "topics: {out: []}", "topics: {out: [{value: {n: 1}}]}",
      "topics: {out: [{key: b, value: {n: 1}}]}", "topics: {out: [{key: a, value: {n: 2}}]}",
      "topics: {out: [{key: a, value: {n: 1}, timestamp: 6s}]}",
      "topics: {out: [{key: a, value: {n: 1}, headers: {h: y}}]}",
      "topics: {out: [{key: a, value: {n: 1}, partition: 1}]}",
      "topics: {out: [{key: a, raw: '{\"n\": 1}'}]}",
      "topics: {out: [{key: a, value: {n: 1}}, {key: a, value: {n: 1}}]}",
      "databases: {db: [{sql: SELECT 1, rows: []}]}",
      "databases: {db: [{sql: SELECT 1, rows: [[2]]}]}", "log: []", "log: [n is 2]",
      "dead_letters: [{offset: 0}]", "counters: {records_consumed_total: 2}",
      "queries: [{get: /version, status: 404}]", "queries: [{get: /health/live, body: {}}]");
  CAPTURE(expect);
  const Outcome outcome = folder.run(kOne, expect);
  CHECK(outcome.error.empty());
  REQUIRE(outcome.checks.size() == 1);
  CHECK_FALSE(outcome.passed());
}

TEST_CASE("and hold") {
  Folder folder;
  const Outcome outcome = folder.run(
      kOne,
      "topics: {out: [{key: a, raw: '{\"n\":1}', timestamp: 5s, headers: {h: x}, partition: 0}]}, "
      "databases: {db: [{sql: \"SELECT 1, 'a', null\", rows: [[1, a, null]]}]}, log: [n is 1], "
      "dead_letters: [], counters: {records_consumed_total: 1, "
      "streamworker_records_consumed_total: 1}, "
      "queries: [{get: /nothing, status: 404}]");
  CHECK(outcome.passed());
  CHECK(folder.files() == 2);  // nothing was written beside the test
}

TEST_CASE("a step that fails is named with its place") {
  Folder folder;
  const auto error = [&](const std::string& steps) { return folder.run(steps, "log: []").error; };
  CHECK(error("{stream: strict, value: {n: x}}")
            .find("t.test.yaml:4:13: tests[0].given[0]: the worker stops: task strict strict[0]: "
                  "bad record") != std::string::npos);
  CHECK(error(kOne + ", {database: db, sql: SELEC 1}").find("given[1]: ") != std::string::npos);
  CHECK(error("{run_timer: bad}").find("timer bad: ") != std::string::npos);
  CHECK(error("{stream: rows, value: {n: x}}").find("the value cannot be written as csv: $.n at") !=
        std::string::npos);
  CHECK(error("{stream: data, file: none.jsonl}").find("none.jsonl") != std::string::npos);
}

TEST_CASE("names that the pipeline file does not have, and servers that a test may not touch") {
  Folder folder;
  const auto said = [&](const std::string& steps, const std::string& head) {
    try {
      (void)folder.run(steps, "log: []", head);
      return std::string();
    } catch (const config::ConfigError& error) {
      return error.problems().at(0).path + ": " + error.problems().at(0).message;
    }
  };
  CHECK(
      said("{stream: dat, value: 1}", "") ==
      "tests[0].given[0].stream: the pipeline file has no stream \"dat\"; did you mean \"data\"?");
  CHECK(
      said("{run_timer: bat}", "") ==
      "tests[0].given[0].run_timer: the pipeline file has no timer \"bat\"; did you mean \"bad\"?");
  CHECK(said("{stream: data, raw: {base64: \"%\"}}", "") ==
        "tests[0].given[0].raw.base64: \"%\" is not base64");
  CHECK(said("{stream: data, raw: [1]}", "") ==
        "tests[0].given[0].raw: expected the value's text, or {base64: its bytes}, got a list");
  CHECK(said("", "set: {databases.db.url: \"mysql://a@b/c\"}\n").find("writes to no server") !=
        std::string::npos);
  CHECK(said("", "set: {streams.data.shema: {}}\n") ==
        "set.streams.data: unknown key \"shema\"; did you mean \"schema\"? (known: coerce, format, "
        "from_file, "
        "generate, key, max_future, on_error, partitioner, partitions, sample, schema, strict, "
        "timestamp, tombstones, topic)");
}

}  // namespace
}  // namespace streamworker::testing
