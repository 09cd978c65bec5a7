#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

using namespace std::chrono_literals;

namespace {

Pipeline pipeline(const std::string& body) {
  return parsed("app: a\nstreams: {data: {}}\npipelines:\n  p:\n" + body).pipelines.at(0);
}

Pipeline with(const std::string& key) { return pipeline("    from: data\n    " + key + "\n"); }

template <class T>
T sink(const std::string& text) {
  const Pipeline p = with("sink: " + text);
  REQUIRE(p.sinks.size() == 1);
  return std::get<T>(p.sinks[0]);
}

}  // namespace

TEST_CASE("a pipeline's keys") {
  const Pipeline p = pipeline(R"yaml(
    from: [data, more]
    where: price > 0 AND currency = 'EUR'
    explode: {as: item, of: items}
    partition_key: lower(ad_type)
    batch: {size: 15, window: 30s}
    sink: [{file: out.jsonl}, {topic: out, key: id}]
)yaml");
  REQUIRE(p.from.size() == 2);
  CHECK(p.from[1].value == "more");
  CHECK(p.where->value == "price > 0 AND currency = 'EUR'");
  CHECK(p.where->path == "pipelines.p.where");
  CHECK(p.explode->as == "item");
  CHECK(p.explode->of.value == "items");
  CHECK(p.partition_key->value == "lower(ad_type)");
  CHECK(p.batch->size == 15);
  CHECK(p.batch->window == 30s);
  REQUIRE(p.sinks.size() == 2);
  CHECK(std::get<FileSink>(p.sinks[0]).path == "conf/out.jsonl");
  CHECK(std::get<FileSink>(p.sinks[0]).at.line > 0);
  CHECK(std::get<TopicSink>(p.sinks[1]).key->path == "pipelines.p.sink[1].key");
  CHECK(with("where: a").from.size() == 1);
}

TEST_CASE("select in all its forms") {
  const auto mapping = with("select: {a: b + 1, c: {expr: d, type: \"decimal(5,2)\"}}").select;
  REQUIRE(mapping.size() == 1);
  CHECK_FALSE(mapping[0].all);
  REQUIRE(mapping[0].columns.size() == 2);
  CHECK(mapping[0].columns[0].name == "a");
  CHECK(mapping[0].columns[0].expression.value == "b + 1");
  CHECK(mapping[0].columns[1].type == FieldType{Type::Decimal, 5, 2});
  CHECK(mapping[0].columns[1].expression.path == "pipelines.p.select.c.expr");

  const auto names = with("select: [a, \"*\"]").select;
  REQUIRE(names.size() == 1);
  CHECK(names[0].all);
  CHECK(names[0].columns[0].name == "a");
  CHECK(names[0].columns[0].expression.value == "a");

  CHECK(with("select: \"*\"").select[0].all);
  const auto star = with("select: {\"*\": true, except: [email, b], c: 1}").select;
  CHECK(star[0].all);
  CHECK(star[0].except.size() == 2);
  CHECK(star[0].columns.size() == 1);
  const auto except = with("select: {except: email}").select;
  CHECK(except[0].all);
  CHECK(except[0].except[0].value == "email");

  const auto steps = with("select: [{a: 1}, {\"*\": true, b: a + 1}]").select;
  REQUIRE(steps.size() == 2);
  CHECK(steps[1].all);
  CHECK(steps[1].at.line > 0);
}

TEST_CASE("database sinks") {
  const auto one = sink<DatabaseSink>("{database: db, table: t, upsert: id}");
  CHECK(one.database.value == "db");
  CHECK(one.database.path == "pipelines.p.sink.database");
  CHECK(one.upsert);
  REQUIRE(one.key.size() == 1);
  CHECK(one.columns.empty());
  CHECK_FALSE(one.create);
  const auto newest = sink<DatabaseSink>(
      "{database: db, table: t, upsert: {key: [a, b], newest: at}, create: true}");
  CHECK(newest.key.size() == 2);
  CHECK(newest.newest->value == "at");
  CHECK(newest.create);
  const auto insert =
      sink<DatabaseSink>("{database: db, table: t, insert: true, columns: {x: a + 1, y: b}}");
  CHECK_FALSE(insert.upsert);
  REQUIRE(insert.columns.size() == 2);
  CHECK(insert.columns[0].expression.value == "a + 1");
  CHECK(sink<DatabaseSink>("{database: db, table: t, insert: true, columns: [x, y]}")
            .columns[1]
            .name == "y");
}

TEST_CASE("log sinks") {
  CHECK_FALSE(sink<LogSink>("{log: true}").expression);
  const auto text = sink<LogSink>("{log: \"customer || ' has spent ' || total\", level: debug}");
  CHECK(text.expression->value == "customer || ' has spent ' || total");
  CHECK(text.level == "debug");
}

}  // namespace streamworker::config
