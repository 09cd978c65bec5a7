#include "config/show.h"

#include "config/json_schema.h"
#include "config/tree.h"
#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

namespace {

const std::string kEverything = R"yaml(
app: everything
kafka: {brokers: embedded, replication: 2, properties: {debug: "a,b", fetch.max.bytes: 10}}
commit: {every: 5, interval: 250ms}
threads: 2
state: {dir: /tmp/state}
http:
  listen: "[::1]:1"
  routes:
    /c/{id}: {table: t, key: ["{id}", x], select: {a: b, c: {expr: d, type: int}}, default: {n: 0, m: null}}
    /u/{n}: {database: my, sql: "SELECT :n"}
log: {levels: {sink: debug}}
databases:
  my: {url: "mysql://u@h:3307/db", tls: true, verify: false}
  lite: {url: sqlite:///tmp/x.db}
streams:
  data:
    schema:
      a: {type: string, default: "5 $$", enum: ["5 $$", "$${x}"], pattern: ".*"}
      b: decimal(10,3)
      c: {type: timestamp, nullable: true, format: "%d.%m.%Y", timezone: Europe/Berlin}
      d: {type: json, default: {x: [1, "y"]}}
      e: {type: string, default: "true"}
    key: [a, b]
    sample: {generate: {fields: {a: "'x: # y'", b: {expr: 1, type: int}}, rate: 2.5}}
    from_file: {path: /tmp/x.csv, follow: true}
pipelines:
  p:
    from: [data]
    where: "a <> '''' AND b > -1"
    select: [{"*": true, except: [c]}, {a: a, "odd name: x": {expr: b, type: "decimal(3,1)"
}
}]
    explode: {as: x, of: xs}
    partition_key: a
    batch: {}
    sink:
      - {database: my, table: t, upsert: {key: [a, b], newest: c}, columns: {a: "a || ': b'"}}
      - {database: lite, table: t, insert: true, create: true}
      - {topic: out, key: a}
      - {file: /tmp/out.jsonl}
      - {log: true}
      - {log: "a", level: error}
)yaml";

}  // namespace

TEST_CASE("what is shown is a file that means the same") {
  const std::string once = show(parsed(kEverything));
  INFO(once);
  CHECK(show(parsed(once)) == once);
  CHECK(show_json(parsed(once)) == show_json(parsed(kEverything)));
}

TEST_CASE("what is shown has the defaults, and paths resolved") {
  const std::string text = show(parsed(minimal()));
  CHECK(contains(text, "offset_reset: earliest\n"));
  CHECK(contains(text, "dir: conf/state"));
  CHECK(contains(text, "interval: 1s"));
  CHECK(contains(text, "topic: data"));
}

TEST_CASE("texts that YAML would take for something else are quoted") {
  const auto yaml = [](const char* text) { return Tree::map({{"k", Tree::of(text)}}).yaml(); };
  CHECK(yaml("plain text") == "k: plain text\n");
  CHECK(yaml("30s") == "k: 30s\n");
  CHECK(yaml("true") == "k: \"true\"\n");
  CHECK(yaml("12") == "k: \"12\"\n");
  CHECK(yaml("") == "k: \"\"\n");
  CHECK(yaml("a: b") == "k: \"a: b\"\n");
  CHECK(yaml("a #b") == "k: \"a #b\"\n");
  CHECK(yaml("${x} $y") == "k: \"$${x} $y\"\n");
  CHECK(yaml("- x") == "k: \"- x\"\n");
  CHECK(yaml("line\nline") == "k: \"line\\nline\"\n");
}

TEST_CASE("the JSON Schema names the keys and their types") {
  const std::string schema = json_schema();
  CHECK(contains(schema, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
  CHECK(contains(schema, "\"offset_reset\""));
  CHECK(contains(schema, "\"additionalProperties\": false"));
  CHECK(contains(schema, "\"required\": [\n    \"app\"\n  ]"));
}

}  // namespace streamworker::config
