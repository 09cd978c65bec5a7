// From pipelines to stages.
#include "config/parse.h"
#include "runtime/describe.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

config::File parse(const std::string& pipelines) {
  return config::parse_text(
      "app: shop\nstreams:\n"
      "  a: {schema: {id: string, n: int, t: string}, key: id}\n"
      "  b: {schema: {id: string, x: double}}\n"
      "databases: {db: {url: \"sqlite:///tmp.db\"}}\npipelines:\n" +
          pipelines,
      "shop.yaml");
}

std::string problems(const std::string& pipelines) {
  const config::File file = parse(pipelines);
  try {
    (void)compile(file);
  } catch (const config::ConfigError& error) {
    return error.text();
  }
  return "";
}

std::vector<std::string> stages(const std::string& pipelines) {
  const config::File file = parse(pipelines);
  std::vector<std::string> all;
  for (const Stage& stage : compile(file).stages) all.push_back(stage.name + ":" + stage.topic);
  return all;
}

TEST_CASE("a pipeline by another key has a stage behind its repartition topic") {
  CHECK(stages("  p: {from: a, partition_key: t, sink: {topic: out}}\n") ==
        std::vector<std::string>{"a:a", "p:shop-p-repartition"});
}

TEST_CASE("the key that the topic has needs no repartition, also under a new name") {
  CHECK(stages("  p: {from: a, partition_key: id, sink: {topic: out}}\n") ==
        std::vector<std::string>{"a:a"});
  CHECK(stages("  p: {from: a, select: {who: id}, partition_key: who, sink: {topic: out}}\n") ==
        std::vector<std::string>{"a:a"});
  CHECK(stages("  p: {from: a, select: {id: t}, partition_key: id, sink: {topic: out}}\n") ==
        std::vector<std::string>{"a:a", "p:shop-p-repartition"});
}

TEST_CASE("streams that go nowhere are not read") {
  CHECK(stages("  p: {from: b, sink: {log: true}}\n") == std::vector<std::string>{"b:b"});
}

TEST_CASE("behind a repartition the strictest policy of what feeds it holds") {
  const auto policies = [](const std::string& a, const std::string& b) {
    const config::File file =
        config::parse_text("app: shop\nstreams:\n  a: {on_error: " + a +
                               ", schema: {id: string}}\n  b: {on_error: " + b +
                               ", schema: {id: string}}\npipelines:\n"
                               "  p: {from: [a, b], partition_key: id}\n"
                               "  q: {from: p, partition_key: \"id || 'x'\", sink: {topic: out}}\n",
                           "shop.yaml");
    const Plan plan = compile(file);
    std::vector<config::OnError> all;
    for (const Stage& stage : plan.stages) all.push_back(stage.on_error);
    return all;
  };
  using enum config::OnError;
  using Policies = std::vector<config::OnError>;
  CHECK(policies("skip", "dead_letter") == Policies{Skip, DeadLetter, DeadLetter, DeadLetter});
  CHECK(policies("fail", "dead_letter") == Policies{Fail, DeadLetter, Fail, Fail});
  CHECK(policies("skip", "skip") == Policies{Skip, Skip, Skip, Skip});
}

TEST_CASE("a union has the columns of all its sources") {
  const config::File file = parse("  p: {from: [a, b], partition_key: id, sink: {log: true}}\n");
  const Plan plan = compile(file);
  REQUIRE(plan.stages.size() == 3);
  CHECK(plan.stages[2].input.names() == "id, n, t, x");
}

TEST_CASE("faults of wiring are told all at once, with their places") {
  CHECK(problems("  p: {from: aa, sink: {log: true}}\n"
                 "  q: {from: r, sink: {log: true}}\n"
                 "  r: {from: q, sink: {log: true}}\n"
                 "  s: {from: a, sink: {database: bd, table: T, upsert: [id]}}\n") ==
        "shop.yaml:7:13: error: pipelines.p.from: no stream, pipeline or table is called aa\n"
        "shop.yaml:9:13: error: pipelines.r.from: a cycle: q reads what it makes itself\n"
        "shop.yaml:10:33: error: pipelines.s.sink.database: no database is called bd; did you mean "
        "\"db\"?\n"
        "3 errors in shop.yaml\n");
}

TEST_CASE("two ways from one topic into one table are refused") {
  CHECK(
      problems("  p: {from: a, where: n > 1}\n  q: {from: a, where: n < 0}\n"
               "  r: {from: [p, q], sink: {database: db, table: T, upsert: [id]}}\n") ==
      "shop.yaml:9:14: error: pipelines.r.from[0]: two of its sources read the same topic in one "
      "task, which a database or file sink cannot follow: give each its own pipeline and sink, or "
      "add a partition_key\n1 error in shop.yaml\n");
}

TEST_CASE("a batch by another key than the upsert's is warned of") {
  const config::File file = parse(
      "  p: {from: a, partition_key: t, sink: {database: db, table: T, upsert: [id]}}\n"
      "  q: {from: a, sink: {database: db, table: U, upsert: [id]}}\n"
      "  r: {from: a, sink: {database: db, table: V, upsert: {key: [id], newest: n}}}\n");
  const Plan plan = compile(file);
  REQUIRE(plan.warnings.size() == 1);
  CHECK(plan.warnings[0].rfind("pipelines.p.sink: nothing fixes the order", 0) == 0);
}

TEST_CASE("pipelines in words") {
  const config::File file = parse(
      "  p: {from: a, where: n > 1, partition_key: t, batch: {size: 15, window: 30s}, sink: "
      "{database: db, table: T, upsert: [id]}}\n");
  CHECK(pipelines_in_words(file) ==
        std::vector<std::string>{"a (kafka topic a, json, 3 fields) → p → where n > 1 → by t → "
                                 "batches of 15 / 30 s → db.T (upsert by id)"});
}

}  // namespace
}  // namespace streamworker
