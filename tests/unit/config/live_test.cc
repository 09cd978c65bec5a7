#include "config/live.h"

#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

namespace {

const std::string kFile = R"(
app: a
kafka: {brokers: "${BROKERS}"}
commit: {interval: 2s}
log: {levels: {sink: debug}}
databases: {db: {url: "sqlite:db.sqlite"}}
streams: {data: {schema: {id: string}}}
pipelines:
  store:
    from: data
    batch: {window: "${WINDOW}"}
    sink: {database: db, table: T, upsert: [id]}
  copy: {from: data, sink: {topic: out}}
  keep: {from: data, sink: {file: kept.jsonl}}
settings: {database: db}
)";

File file(const Overrides& overrides = {}) {
  return parsed(kFile, {{"BROKERS", "localhost:9092"}, {"WINDOW", "30s"}}, overrides);
}

std::string line(const LiveKey& key) {
  return key.path + " = " + key.value.json(true) + " (" + key.initial.json(true) + ") " +
         to_string(key.origin);
}

std::vector<std::string> lines(const File& of) {
  std::vector<std::string> out;
  for (const LiveKey& key : live_keys(of)) out.push_back(line(key));
  return out;
}

// What is said about a setting; "" when it is fine.
std::string refused(const std::string& path, const std::string& value) {
  try {
    (void)with_settings(file(), {{path, value}});
    return "";
  } catch (const ConfigError& error) {
    return error.text();
  }
}

}  // namespace

TEST_CASE("live keys have a value, a default and an origin") {
  const File read = file({{"pipelines.store.batch.size", "7"}});
  CHECK(lines(read) == std::vector<std::string>{
                           R"(commit.every = null (null) default)",
                           R"(commit.interval = "2s" ("1s") file)",
                           R"(log.level = "info" ("info") default)",
                           R"(log.levels.sink = "debug" (null) file)",
                           R"(pipelines.store.batch.size = 7 (1000) command line)",
                           R"(pipelines.store.batch.window = "30s" ("1s") file)",
                           R"(pipelines.store.paused = false (false) default)",
                           R"(pipelines.keep.batch.size = 1000 (1000) default)",
                           R"(pipelines.keep.batch.window = "1s" ("1s") default)",
                       });
}

TEST_CASE("a live setting is laid over the command line") {
  const File read = with_settings(file({{"pipelines.store.batch.size", "7"}}),
                                  {{"pipelines.store.batch.size", "9"},
                                   {"pipelines.store.paused", "true"},
                                   {"log.levels.http", "warn"}});
  const auto all = lines(read);
  const auto has = [&](const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  CHECK(has("pipelines.store.batch.size = 9 (1000) database"));
  CHECK(has("pipelines.store.paused = true (false) database"));
  CHECK(has(R"(log.levels.http = "warn" (null) database)"));
  CHECK(has(R"(pipelines.store.batch.window = "30s" ("1s") file)"));
  CHECK(read.pipelines[0].batch->size == 9);
}

TEST_CASE("what is live is known by its path") {
  const File read = file();
  for (const char* path : {"commit.every", "commit.interval", "log.level", "log.levels.anything",
                           "pipelines.store.batch.size", "pipelines.store.paused"})
    CHECK(is_live(read, path));
  for (const char* path : {"", "commit", "offset_reset", "log.format", "log.levels",
                           "pipelines.store", "pipelines.stor.paused", "pipelines.store.where",
                           "streams.data.topic", "commit.every.more"})
    CHECK_FALSE(is_live(read, path));
}

TEST_CASE("a setting is refused as the file would be, without a place") {
  CHECK(refused("commit.interval", "soon") ==
        "conf/file.yaml: error: commit.interval: expected a duration like 3s or 500ms, from 1ms to "
        "5s, got \"soon\"\n1 error in conf/file.yaml\n");
  CHECK(contains(refused("commit.intervall", "1s"), "did you mean \"interval\"?"));
  CHECK(contains(refused("pipelines.stor.paused", "true"), "did you mean \"store\"?"));
  CHECK(contains(refused("pipelines.copy.batch.size", "5"), "database or file sink only"));
  CHECK_FALSE(contains(refused("commit.intervall", "1s"), "command line"));
  CHECK(contains(refused("commit", "[1"), "error: commit: "));
}

TEST_CASE("a setting cannot ask for a variable") {
  CHECK(contains(refused("commit.interval", "${WINDOW}"), "got \"${WINDOW}\""));
}

}  // namespace streamworker::config
