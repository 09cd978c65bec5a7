#include "config/json_value.h"
#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

using namespace std::chrono_literals;

namespace {

Stream stream(const std::string& body) {
  return parsed("app: a\nkafka: {brokers: embedded}\nstreams:\n  data:\n" + body).streams.at(0);
}

}  // namespace

TEST_CASE("a stream's keys") {
  const Stream s = stream(R"yaml(
    topic: com.example.data
    partitions: 4
    timestamp: at
    max_future: 1h
    coerce: true
    strict: true
    tombstones: pass
    key: [id, at]
    partitioner: crc32
    on_error: skip
)yaml");
  CHECK(s.topic == "com.example.data");
  CHECK(s.partitions == 4);
  CHECK(s.timestamp->value == "at");
  CHECK(s.timestamp->path == "streams.data.timestamp");
  CHECK(s.timestamp->at.line == 8);
  CHECK(s.timestamp->at.column == 16);
  CHECK(s.max_future == 1h);
  CHECK(s.coerce);
  CHECK(s.strict);
  CHECK(s.pass_tombstones);
  REQUIRE(s.key.size() == 2);
  CHECK(s.key[1].path == "streams.data.key[1]");
  CHECK(s.partitioner == Partitioner::Crc32);
  CHECK(s.on_error == OnError::Skip);
}

TEST_CASE("fields, short and long") {
  const Stream s = stream(R"yaml(
    schema:
      a: string
      b: int?
      c: "decimal(10,3)"
      d: {type: string, default: Free, enum: [Free, Premium], max_length: 10, pattern: "[A-Z].*"}
      e: {type: double, min: -1, max: 1.5, nullable: true, default: null, coerce: true}
      f: {type: timestamp, format: "%d.%m.%Y %H:%M", timezone: Europe/Berlin, default: "24.12.2020 18:00"}
      g: {type: json, default: {a: [1, x, true, null, "12", .5]}}
      h: {type: "uuid?", default: 0f8fad5b-d9cb-469f-a165-70867728950e}
      i: {type: date, default: 2020-01-31}
      j: {type: bool, default: false}
      k: {type: bytes, default: aGFsbG8=, max_length: 5}
)yaml");
  REQUIRE(s.schema.size() == 11);
  CHECK(s.schema[0].type == FieldType{Type::String});
  CHECK_FALSE(s.schema[0].nullable);
  CHECK(s.schema[1].nullable);
  CHECK(s.schema[2].type == FieldType{Type::Decimal, 10, 3});
  CHECK(s.schema[3].default_value == "Free");
  CHECK(s.schema[3].one_of.size() == 2);
  CHECK(s.schema[3].max_length == 10);
  CHECK(s.schema[3].path == "streams.data.schema.d");
  CHECK(s.schema[4].min == -1.0);
  CHECK(s.schema[4].max == 1.5);
  CHECK_FALSE(s.schema[4].default_value);
  CHECK(s.schema[4].coerce == true);
  CHECK(s.schema[5].timezone == "Europe/Berlin");
  CHECK(s.schema[6].default_value == R"yaml({"a":[1,"x",true,null,"12",".5"]})yaml");
  CHECK(s.schema[7].nullable);
}

TEST_CASE("a default of type json is JSON") {
  for (const char* good : {"1", "-0.5e+3", "true", "null", "\"x\\u00e4\\n\"", "[]",
                           " [1, {\"a\": [ ]}] ", "{}", "{\"a\": 1, \"b\": \"c\"}", "0"})
    CHECK(is_json(good));
  for (const char* bad : {"", "x", "01", "1.", ".5", "+1", "[1,]", "[1", "{\"a\"}", "{a: 1}", "\"x",
                          "1 2", "\"\\q\"", "\"\\u12g4\"", "tru", "\"\xff\"", "-"})
    CHECK_FALSE(is_json(bad));
  CHECK(is_json(std::string(64, '[') + std::string(64, ']')));
  CHECK_FALSE(is_json(std::string(70, '[') + std::string(70, ']')));
}

TEST_CASE("samples and feeders") {
  const Stream generated = stream(R"yaml(
    generate: {fields: {id: uuid(), n: {expr: 1 + 1, type: int}}, rate: 50/s, count: 10, seed: 7}
    sample: {file: data.csv}
)yaml");
  REQUIRE(generated.generate);
  REQUIRE(generated.generate->fields.size() == 2);
  CHECK(generated.generate->fields[0].expression.value == "uuid()");
  CHECK(generated.generate->fields[0].expression.path == "streams.data.generate.fields.id");
  CHECK(generated.generate->fields[1].type == FieldType{Type::Int});
  CHECK(generated.generate->rate == 50);
  CHECK(generated.generate->count == 10);
  CHECK(generated.generate->seed == 7);
  CHECK(std::get<FromFile>(*generated.sample).path == "conf/data.csv");

  const Stream read = stream(
      "    from_file: {path: ../x.jsonl, follow: true}\n"
      "    sample: {generate: {fields: {a: 1}, rate: 2.5}}\n");
  CHECK(read.from_file->path == "x.jsonl");
  CHECK(read.from_file->follow);
  CHECK(read.from_file->at.line == 5);
  CHECK(std::get<Generate>(*read.sample).rate == 2.5);
  CHECK(stream("    from_file: data.json\n").from_file->path == "conf/data.json");
}

}  // namespace streamworker::config
