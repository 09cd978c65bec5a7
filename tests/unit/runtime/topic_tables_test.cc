// Tables whose rows are a topic's records, as stages.
#include "config/parse.h"
#include "runtime/describe.h"
#include "runtime/plan.h"
#include "runtime/start_offset.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

config::File parse(const std::string& tables) {
  return config::parse_text("app: shop\ntables:\n" + tables, "shop.yaml");
}

std::vector<std::string> stages(const std::string& tables) {
  const config::File file = parse(tables);
  std::vector<std::string> all;
  for (const Stage& stage : compile(file).stages) all.push_back(stage.name + ":" + stage.topic);
  return all;
}

const TablePlan& table_of(const Plan& plan) {
  for (const Stage& stage : plan.stages)
    for (const Node& node : stage.nodes)
      if (const auto* table = std::get_if<TablePlan>(&node.operation)) return *table;
  throw std::logic_error("no table");
}

}  // namespace

TEST_CASE("a topic that Java clients key is a table as it is") {
  CHECK(stages("  users: {topic: people, key: id, schema: {id: string, name: string}}\n") ==
        std::vector<std::string>{"users:people"});
}

TEST_CASE("other partitioners, and keys of several fields, go through a repartition") {
  const std::vector<std::string> behind = {"users-source:people", "users:shop-users-repartition"};
  CHECK(stages("  users: {topic: people, key: id, partitioner: crc32, schema: {id: string}}\n") ==
        behind);
  CHECK(stages("  users: {topic: people, key: [a, b], schema: {a: string, b: int}}\n") == behind);
}

TEST_CASE("the key's fields come first, and what is read is as the schema says") {
  const config::File file = parse(
      "  users: {topic: people, key: id, schema: {at: {type: timestamp, format: unix_ms}, id: int, "
      "price: \"decimal(8,2)\"}}\n");
  const Plan plan = compile(file);
  const TablePlan& table = table_of(plan);
  CHECK(table.newest);
  CHECK(table.key.names() == "id");
  const Schema& shown = plan.stages[0].nodes.back().schema;
  REQUIRE(shown.size() == 3);
  CHECK(shown[0].name == "id");
  CHECK(shown[1].name == "at");
  CHECK(shown[1].format == "unix_ms");
  CHECK(shown[2].type == FieldType{Type::Decimal, 8, 2});
}

TEST_CASE("its definition is its topic, its key and its fields") {
  const config::File file = parse(
      "  users: {topic: people, key: id, schema: {id: string, name: \"string?\", n: {type: "
      "int, default: 3}}}\n");
  CHECK(table_of(compile(file)).fingerprint ==
        "topic: people\nkey: id\nschema.id: string\nschema.name: string?\nschema.n: int, default "
        "3\n");
}

TEST_CASE("a global table is read by no stage, and has no changelog") {
  const config::File file = parse(
      "  rates: {topic: rates, key: [a, b], global: true, schema: {b: int, a: string}}\n"
      "  users: {topic: people, key: id, schema: {id: string}}\n");
  const Plan plan = compile(file);
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].name == "users");
  REQUIRE(plan.globals.size() == 1);
  CHECK(plan.globals[0].topic == "rates");
  CHECK(plan.globals[0].on_error == config::OnError::Skip);
  CHECK(plan.globals[0].nodes.size() == 2);  // the key's fields are brought to the front
  CHECK(changelogs_of(plan) == std::vector<std::string>{"shop-users-changelog"});
}

TEST_CASE("in words") {
  const config::File file = parse(
      "  users: {topic: people, key: id, schema: {id: string, name: string}, sink: {topic: out}}\n"
      "  by_name: {from: users, key: name, columns: {n: count(*)}}\n");
  CHECK(pipelines_in_words(file) ==
        std::vector<std::string>{
            "kafka topic people, json, 2 fields → table users → by id → topic out",
            "users → table by_name → by name"});
}

}  // namespace streamworker
