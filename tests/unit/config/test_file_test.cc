#include "config/test_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "unit/catch.h"

namespace streamworker::config {
namespace {

// The file's tests, or what is said about it.
struct Read {
  TestFile file;
  std::string said;
};

Read read(const std::string& text) {
  const std::string path =
      (std::filesystem::temp_directory_path() / "streamworker-test-file.test.yaml").string();
  std::ofstream(path, std::ios::binary) << text;
  Read out;
  try {
    out.file = parse_test_file(path);
  } catch (const ConfigError& error) {
    for (const Problem& problem : error.problems())
      out.said +=
          std::to_string(problem.at.line) + ": " + problem.path + ": " + problem.message + "\n";
  }
  std::filesystem::remove(path);
  return out;
}

const std::string kHead = "pipeline: p.yaml\ntests:\n  - name: one\n    given:\n";
const std::string kExpect = "    expect: {topics: {out: []}}\n";

TEST_CASE("every kind of step") {
  const auto [file, said] =
      read(kHead +
           "      - {stream: s, key: [a, 1], value: {n: 1.50}, timestamp: 10s, "
           "headers: {h: x}, partition: 2}\n"
           "      - {stream: s, value: null}\n"
           "      - {stream: s, raw: \"\"}\n"
           "      - {stream: s, file: more.jsonl}\n"
           "      - {advance: 30s}\n"
           "      - {commit: true}\n"
           "      - {restart: true}\n"
           "      - {crash: true}\n"
           "      - {database: db, sql: SELECT 1}\n"
           "      - {run_timer: t}\n"
           "      - {lose_state: true}\n" +
           kExpect);
  REQUIRE(said.empty());
  const auto& given = file.tests.at(0).given;
  REQUIRE(given.size() == 11);
  const auto& record = std::get<GivenRecord>(given[0].what);
  CHECK(record.key == R"(["a",1])");
  CHECK(record.value == R"({"n":1.50})");
  CHECK(record.timestamp == 10000);
  CHECK(record.partition == 2);
  CHECK(record.headers.at(0).second == "x");
  CHECK_FALSE(std::get<GivenRecord>(given[1].what).value.has_value());
  CHECK(std::get<GivenRecord>(given[2].what).value == "");
  CHECK(std::get<GivenFile>(given[3].what).file.path.ends_with("/more.jsonl"));
  CHECK(std::get<GivenAdvance>(given[4].what).by == std::chrono::seconds(30));
  CHECK(std::holds_alternative<GivenCommit>(given[5].what));
  CHECK_FALSE(std::get<GivenRestart>(given[6].what).crash);
  CHECK(std::get<GivenRestart>(given[7].what).crash);
  CHECK_FALSE(std::get<GivenRestart>(given[7].what).lose_state);
  CHECK(std::get<GivenSql>(given[8].what).sql.value == "SELECT 1");
  CHECK(std::get<GivenRun>(given[9].what).timer.value == "t");
  CHECK(given[9].path == "tests[0].given[9]");
  const auto& lost = std::get<GivenRestart>(given[10].what);
  CHECK((lost.crash && lost.lose_state));
}

TEST_CASE("what is wrong is told, all at once") {
  CHECK(
      read(kHead +
           "      - {advnce: 3s}\n      - {stream: s}\n      - {stream: s, value: 1, raw: x}\n" +
           "      - {commit: false}\n      - {crash: true, now: true}\n      - 7\n" + kExpect)
          .said ==
      "5: tests[0].given[0]: unknown step \"advnce\"; did you mean \"advance\"? (known: advance, "
      "commit, crash, database, lose_state, restart, run_timer, stream)\n"
      "6: tests[0].given[1]: say `value` (null deletes) or `raw`, the value's bytes: one of them\n"
      "7: tests[0].given[2]: say `value` (null deletes) or `raw`, the value's bytes: one of them\n"
      "8: tests[0].given[3].commit: expected true, got \"false\"\n"
      "9: tests[0].given[4]: unknown key \"now\" (known: crash)\n"
      "10: tests[0].given[5]: expected a step: a mapping, got \"7\"\n");
  CHECK(read("pipeline: p.yaml\ntests:\n  - {name: a, expect: {}}\n  - {name: a, expect: {topics: "
             "{out: [{keys: 1}]}}}\n")
            .said ==
        "3: tests[0].expect: expect something: topics, tables, databases, log, dead_letters, "
        "counters or queries\n"
        "4: tests[1].name: a test before has this name, too\n"
        "4: tests[1].expect.topics.out[0]: unknown key \"keys\"; did you mean \"key\"? (known: "
        "headers, key, partition, raw, timestamp, value)\n");
}

TEST_CASE("an answer is that of a path or of a query") {
  CHECK(read("pipeline: p.yaml\ntests:\n  - name: a\n    expect:\n      queries:\n"
             "        - {get: /a, status: 200}\n        - {sql: SELECT 1, rows: [[1]]}\n"
             "        - {status: 200}\n        - {get: /a, sql: SELECT 1}\n"
             "        - {sql: SELECT 1}\n        - {sql: SELECT 1, rows: [], status: 200}\n")
            .said ==
        "8: tests[0].expect.queries[2]: say `get`, a path, or `sql`, a query over the tables: one "
        "of them\n"
        "9: tests[0].expect.queries[3]: say `get`, a path, or `sql`, a query over the tables: one "
        "of them\n"
        "10: tests[0].expect.queries[4]: `sql` goes with `rows`, and `get` with `status` and "
        "`body`\n"
        "11: tests[0].expect.queries[5]: `sql` goes with `rows`, and `get` with `status` and "
        "`body`\n");
}

TEST_CASE("a row of a table has a key and a value") {
  CHECK(read("pipeline: p.yaml\ntests:\n  - {name: a, expect: {tables: {t: [{key: 1}, {value: {}}, "
             "{key: 1, value: 2, at: 3}]}}}\n")
            .said ==
        "3: tests[0].expect.tables.t[0]: a row has a value\n"
        "3: tests[0].expect.tables.t[1]: a row has a key\n"
        "3: tests[0].expect.tables.t[2]: unknown key \"at\" (known: key, value, window)\n");
}

TEST_CASE("times are durations since the epoch, or dates") {
  CHECK(test_time("0s") == WallTime());
  CHECK(test_time("1500ms") == WallTime(std::chrono::milliseconds(1500)));
  CHECK(test_time("1970-01-02") == WallTime(std::chrono::hours(24)));
  CHECK_FALSE(test_time("soon"));
  for (const char* text :
       {"0s", "1500ms", "86400s", "2026-01-31 12:00:00", "2026-01-31 12:00:00.25"})
    CHECK(test_time_text(test_time(text).value()) == text);
}

}  // namespace
}  // namespace streamworker::config
