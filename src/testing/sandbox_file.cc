#include "testing/sandbox_file.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <variant>

#include "base/format.h"
#include "config/all_streams.h"
#include "config/overrides.h"
#include "config/problems.h"
#include "record/json_text.h"

namespace streamworker::testing {

namespace {

using config::Problem;
using Names = std::vector<std::string>;

constexpr std::string_view kUrl = ".url";

std::string file_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

// Databases that name one file share one in the folder.
void move_databases(config::File& file, const std::string& folder) {
  std::vector<Problem> problems;
  std::map<std::string, std::string> moved;
  for (config::Database& database : file.databases) {
    if (database.scheme != "sqlite") {
      problems.push_back({database.at, "databases." + database.name,
                          fmt::format("a test writes to no server; replace it in the test file: "
                                      "set: {{databases.{}.url: \"sqlite::memory:\"}}",
                                      database.name)});
      continue;
    }
    const bool own = file_name(database.database) == ":memory:";
    std::string& to = moved[own ? database.name : database.database];
    if (to.empty()) to = fmt::format("{}/{}.db", folder, database.name);
    database.database = to;
  }
  if (!problems.empty()) throw config::ConfigError(file.path, problems);
}

void move_files(config::File& file, const std::string& folder) {
  for (config::Pipeline& pipeline : file.pipelines)
    for (config::Sink& sink : pipeline.sinks)
      if (auto* to = std::get_if<config::FileSink>(&sink))
        to->path = folder + "/" + file_name(to->path);
}

// Told of each name, with what it should name.
class NameCheck {
 public:
  explicit NameCheck(const config::File& file) {
    for (const auto* one : config::all_streams(file)) streams_.push_back(one->name);
    for (const auto& one : file.tables) tables_.push_back(one.name);
    for (const auto& one : file.databases) databases_.push_back(one.name);
    for (const auto& one : file.timers) timers_.push_back(one.name);
  }
  void stream(const config::Text& name) { look(name, "stream", streams_); }
  void table(const config::Text& name) { look(name, "table", tables_); }
  void database(const config::Text& name) { look(name, "database", databases_); }
  void timer(const config::Text& name) { look(name, "timer", timers_); }
  std::vector<Problem> problems;

 private:
  void look(const config::Text& name, const std::string& what, const Names& known) {
    if (std::find(known.begin(), known.end(), name.value) != known.end()) return;
    problems.push_back({name.at, name.path,
                        fmt::format("the pipeline file has no {} \"{}\"{}", what, name.value,
                                    config::did_you_mean(name.value, known))});
  }
  Names streams_;
  Names tables_;
  Names databases_;
  Names timers_;
};

void check_step(const config::Given& step, NameCheck& check) {
  if (const auto* record = std::get_if<config::GivenRecord>(&step)) check.stream(record->stream);
  if (const auto* file = std::get_if<config::GivenFile>(&step)) check.stream(file->stream);
  if (const auto* sql = std::get_if<config::GivenSql>(&step)) check.database(sql->database);
  if (const auto* run = std::get_if<config::GivenRun>(&step)) check.timer(run->timer);
}

// What `set` is at fault for belongs to the test file.
[[noreturn]] void blame(const config::TestFile& test, const config::ConfigError& error) {
  std::vector<Problem> own;
  for (Problem problem : error.problems()) {
    if (problem.at.line != 0) continue;
    const size_t note = problem.message.rfind(config::given(problem.at));
    if (note != std::string::npos) problem.message.erase(note);
    own.push_back({test.set_at, "set", problem.message});
    if (!problem.path.empty()) own.back().path += "." + problem.path;
  }
  if (own.empty()) throw error;
  throw config::ConfigError(test.path, own);
}

// A database that becomes a SQLite file loses what only a server's can have, as its password.
config::Overrides overrides_of(const config::TestFile& test) {
  config::Overrides overrides = test.set;
  for (auto& [path, value] : overrides) {
    if (!path.starts_with("databases.") || !path.ends_with(kUrl) || !value.starts_with("sqlite:"))
      continue;
    path.erase(path.size() - kUrl.size());
    std::string url;
    append_json_string(value, url);
    value = "{url: " + url + "}";
  }
  return overrides;
}

config::File parse(const config::TestFile& test, const std::string& folder) {
  config::Overrides overrides = overrides_of(test);
  overrides.emplace_back("kafka.brokers", "embedded");
  overrides.emplace_back("state.dir", folder + "/state");
  try {
    return config::parse_file(test.pipeline, config::process_environment(), overrides);
  } catch (const config::ConfigError& error) {
    blame(test, error);
  }
}

}  // namespace

config::File sandbox_file(const config::TestFile& test, const std::string& folder) {
  config::File file = parse(test, folder);
  move_databases(file, folder);
  move_files(file, folder);
  return file;
}

void check_names(const config::TestFile& test, const config::File& file) {
  NameCheck check(file);
  for (const auto& [stream, count] : test.partitions) check.stream(stream);
  for (const config::Test& one : test.tests) {
    for (const config::GivenStep& step : one.given) check_step(step.what, check);
    for (const config::ExpectedTable& table : one.expect.tables) check.table(table.table);
    for (const config::ExpectedRows& rows : one.expect.rows) check.database(rows.database);
  }
  if (!check.problems.empty()) throw config::ConfigError(test.path, check.problems);
}

}  // namespace streamworker::testing
