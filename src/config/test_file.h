// A file of tests for a pipeline file (`streamworker test`, DESIGN 8.1): what is given, step by
// step, and what must have come out at the end.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/parse.h"
#include "config/yaml.h"

namespace streamworker::config {

// A record for a stream's topic.
struct GivenRecord {
  Text stream;
  std::optional<int64_t> partition;  // none: the one that the key's producers would choose
  std::optional<std::string> key;
  std::optional<std::string> value;  // none: null
  bool raw = false;                  // the value is the message itself; else JSON
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<int64_t> timestamp;  // ms since the epoch; none: the wall clock's
};
// The records of a file (.jsonl, .csv, .json).
struct GivenFile {
  Text stream;
  FromFile file;
};
// Time passes, on the wall clock.
struct GivenAdvance {
  Duration by{};
};
struct GivenCommit {};
// Stop and start on the same state; or what is not committed is lost, as with kill -9.
struct GivenRestart {
  bool crash = false;
  bool lose_state = false;  // the rows of the tables are gone from the disk, too
};
struct GivenSql {
  Text database;
  Text sql;
};
struct GivenRun {
  Text timer;
};
using Given = std::variant<GivenRecord, GivenFile, GivenAdvance, GivenCommit, GivenRestart,
                           GivenSql, GivenRun>;
struct GivenStep {
  std::string path;  // "tests[0].given[2]"
  Mark at;
  Given what;
};

// What must have come out. A list is compared as a whole; of each of its mappings what is named.
struct ExpectedTopic {
  Text topic;
  std::vector<Yaml> records;  // key, value or raw, timestamp, headers, partition
};
struct ExpectedTable {
  Text table;
  std::vector<Yaml> rows;  // key, value, window
};
struct ExpectedRows {
  Text database;
  Text sql;
  std::vector<Yaml> rows;
};
struct ExpectedCounter {
  Text name;
  double value = 0;
};
// Of a path, or of a query over the tables.
struct ExpectedAnswer {
  Text get;
  std::optional<int64_t> status;
  std::optional<Yaml> body;
  Text sql;
  std::vector<Yaml> rows;
};
struct Expect {
  Mark at;  // of the key
  std::vector<ExpectedTopic> topics;
  std::vector<ExpectedTable> tables;
  std::vector<ExpectedRows> rows;
  std::optional<std::vector<Yaml>> log;
  std::optional<std::vector<Yaml>>
      dead_letters;  // stream, partition, offset, stage, pipeline, message
  std::vector<ExpectedCounter> counters;
  std::vector<ExpectedAnswer> queries;
};

struct Test {
  std::string name;
  std::vector<GivenStep> given;
  Expect expect;
};

struct TestFile {
  std::string path;
  std::string text;
  std::string pipeline;  // the file, resolved
  Overrides set;
  Mark set_at;
  std::vector<std::pair<Text, int64_t>> partitions;  // of streams; 1 where nothing is said
  WallTime clock{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  std::vector<Test> tests;
};

// Throws ConfigError.
TestFile parse_test_file(const std::string& path);

// A time in a test file: a duration since the epoch, or a date and time in UTC.
std::optional<WallTime> test_time(const std::string& text);
// The way back.
std::string test_time_text(WallTime at);

}  // namespace streamworker::config
