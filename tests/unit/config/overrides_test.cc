#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

using namespace std::chrono_literals;

namespace {

const std::string kText = R"yaml(
app: a
kafka: {brokers: "${BROKERS:?needed}"}
databases: {db: {url: mysql://u@h/x}}
streams: {data: {schema: {id: string, price: {type: int, default: 1}}}}
pipelines:
  store: {from: data, sink: [{log: true}, {topic: out}]}
)yaml";

std::string refused(const std::string& path, const std::string& value) {
  return said(kText, {{"BROKERS", "b:1"}}, {{path, value}});
}

}  // namespace

TEST_CASE("the command line sets values, present or not, in order") {
  const File file = parsed(kText, {},
                           {{"kafka.brokers", "embedded"},
                            {"commit.interval", "2s"},
                            {"commit.interval", "1s"},
                            {"commit.every", "7"},
                            {"kafka.properties.security.protocol", "ssl"},
                            {"databases.db.url", "sqlite://:memory:"},
                            {"streams.data.key", "[id, price]"},
                            {"streams.data.schema.price.default", "2"},
                            {"pipelines.store.sink.1.topic", "other"},
                            {"pipelines.store.where", "'${X}' = \"x\""}});
  CHECK(file.kafka.embedded());
  CHECK(file.commit.interval == 1s);
  CHECK(file.commit.every == 7);
  CHECK(file.kafka.properties.at("security.protocol") == "ssl");
  CHECK(file.databases[0].database == ":memory:");
  CHECK(file.streams[0].key.size() == 2);
  CHECK(file.streams[0].schema[1].default_value == "2");
  CHECK(std::get<TopicSink>(file.pipelines[0].sinks[1]).topic.value == "other");
}

TEST_CASE("an alias is changed in one place only") {
  const File file = parsed("app: a\nstreams: {one: {schema: &s {id: string}}, two: {schema: *s}}\n",
                           {}, {{"streams.one.schema.id", "int"}});
  CHECK(file.streams[0].schema[0].type.type == Type::Int);
  CHECK(file.streams[1].schema[0].type.type == Type::String);
}

TEST_CASE("what the command line may not set") {
  CHECK(contains(refused("comit.every", "1"), "error: unknown key \"comit\"; did you mean"));
  CHECK(contains(refused("comit.every", "1"), "(given on the command line)"));
  CHECK(contains(refused("commit.evry", "1"), "commit: unknown key \"evry\""));
  CHECK(contains(refused("streams.dta.topic", "x"), "no stream \"dta\" in the file; did you mean"));
  CHECK(contains(refused("commit.every", "0"), "commit.every: expected a whole number"));
  CHECK(contains(refused("app.name", "x"), "app: has a single value"));
  CHECK(contains(refused("pipelines.store.sink.2.topic", "x"), "is a list of 2"));
  CHECK(contains(refused("", "x"), "a path is names"));
  CHECK(contains(refused("streams.data.key", "[id"), "not YAML"));
  CHECK(contains(refused("commit", "3"), "expected a mapping"));
}

}  // namespace streamworker::config
