// One statement for a step: where, columns, pseudo columns, the clock.
#include "unit/catch.h"
#include "unit/sql/evaluate.h"

namespace streamworker::sql {
namespace {

Schema classifieds() {
  return Schema({{"price", {Type::Decimal, 10, 3}},
                 {"ad_type", {Type::String}},
                 {"id", {Type::String}},
                 {"n", {Type::Int}, true}});
}
std::vector<Value> classified(int64_t price, std::string_view ad_type) {
  return {Value::of_decimal(price, 3), Value::of_string(ad_type), Value::of_string("x1"), Value()};
}

}  // namespace

TEST_CASE("sql: where and columns in one go, again and again") {
  Bench bench;
  const Schema schema = classifieds();
  Expressions step(bench.engine, schema, "price > 5000",
                   {{"id", "id", {}}, {"eur", "price * 0.5", {}}, {"ad", "upper(ad_type)", {}}},
                   "data");
  CHECK(step.schema().names() == "ad, eur, id");
  std::vector<Value> out(3);
  for (int round = 0; round < 3; ++round) {
    const auto low = classified(4'000'000, "Free");
    CHECK_FALSE(*step.run(low.data(), bench.meta, bench.arena, out.data()));
    const auto high = classified(6'000'000 + round * 2000, "Premium");
    REQUIRE(*step.run(high.data(), bench.meta, bench.arena, out.data()));
    CHECK(show(out[0]) == "'x1'");
    CHECK(show(out[1]) == std::to_string(3000 + round));
    CHECK(show(out[2]) == "'PREMIUM'");
  }
}

TEST_CASE("sql: computed text outlives the next row") {
  Bench bench;
  const Schema schema = classifieds();
  Expressions step(bench.engine, schema, "", {{"ad", "ad_type || '!'", {}}}, "data");
  Value first;
  Value second;
  REQUIRE(step.run(classified(1, "Free").data(), bench.meta, bench.arena, &first));
  REQUIRE(step.run(classified(1, "Platinum").data(), bench.meta, bench.arena, &second));
  CHECK(show(first) == "'Free!'");
  CHECK(show(second) == "'Platinum!'");
}

TEST_CASE("sql: an error of one row is a skip, and the next row is fine") {
  Bench bench;
  bench.field("j", Type::String, Value::of_string("{"));
  Expressions step = bench.compile("j ->> '$.a'");
  Value out;
  const auto failed = step.run(bench.row.data(), bench.meta, bench.arena, &out);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().remedy == Remedy::Skip);
  CHECK(failed.error().message == "malformed JSON");
  bench.row[0] = Value::of_string(R"({"a": 1})");
  REQUIRE(step.run(bench.row.data(), bench.meta, bench.arena, &out));
  CHECK(show(out) == "1");
}

TEST_CASE("sql: what the where refuses is not computed") {
  Bench bench;
  bench.field("j", Type::String, Value::of_string("{"));
  Expressions step(bench.engine, Schema(bench.fields), "json_valid(j)", {{"a", "j ->> '$.a'", {}}},
                   "data");
  Value out;
  CHECK_FALSE(*step.run(bench.row.data(), bench.meta, bench.arena, &out));
}

TEST_CASE("sql: pseudo columns") {
  Bench bench;
  const Headers headers = {{"a", "1"}, {"b", std::nullopt}, {"a", "\"2"}, {"c", "\xff"}};
  bench.meta.key = "k";
  bench.meta.offset = 42;
  bench.meta.partition = 3;
  bench.meta.timestamp = EventTime(std::chrono::milliseconds(1'500));
  const auto both = [&](const std::string& name, const std::string& bare, const std::string& seen) {
    CHECK(bench.text(name) == bare);
    CHECK(bench.text("iif(1, " + name + ", 0)") == seen);
  };
  both("_key", "'k'", "'k'");
  both("_timestamp", "timestamp 1970-01-01 00:00:01.5", "'1970-01-01 00:00:01.500'");
  both("_topic", "'data'", "'data'");
  both("_partition", "3", "3");
  both("_offset", "42", "42");
  both("_headers", "json {}", "'{}'");
  bench.meta.headers = &headers;
  const std::string json = R"({"b":null,"a":"\"2","c":"/w=="})";
  both("_headers", "json " + json, "'" + json + "'");
  CHECK(bench.text("_headers ->> 'a'") == "'\"2'");
  bench.meta.key.reset();
  both("_key", "NULL", "NULL");
  bench.meta.key = "\xff";
  both("_key", "error: _key: the record's key is not UTF-8",
       "error: _key: the record's key is not UTF-8");
  bench.field("_key", Type::Int, Value::of_int(1));
  CHECK(bench.text("_key") == "1");
}

TEST_CASE("sql: the clock is ours") {
  Bench bench;
  Expressions step = bench.compile("datetime('now') || ' ' || CURRENT_TIME");
  Value out;
  REQUIRE(step.run(nullptr, bench.meta, bench.arena, &out));
  CHECK(show(out) == "'2026-01-31 12:00:00 12:00:00'");
  bench.clock.advance(std::chrono::seconds(90));
  REQUIRE(step.run(nullptr, bench.meta, bench.arena, &out));
  CHECK(show(out) == "'2026-01-31 12:01:30 12:01:30'");
  CHECK(bench.text("strftime('%f', 'now')") == "'30.250'");
  CHECK(bench.text("CURRENT_TIMESTAMP") == "'2026-01-31 12:01:30'");
  CHECK(bench.text("julianday('now') - julianday('2026-01-31') BETWEEN 0.5 AND 0.502") == "1");
}

TEST_CASE("sql: engines with different clocks side by side") {
  Bench first;
  Bench second;
  second.clock.advance(std::chrono::hours(24));
  CHECK(first.text("date()") == "'2026-01-31'");
  CHECK(second.text("date()") == "'2026-02-01'");
}

TEST_CASE("sql: empty texts and blobs are not null") {
  Bench bench;
  bench.field("s", Type::String, Value::of_string({}));
  bench.field("x", Type::Bytes, Value::of_bytes({}));
  CHECK(bench.text("s IS NULL") == "0");
  CHECK(bench.text("x IS NULL") == "0");
  CHECK(bench.text("s || ''") == "''");
  CHECK(bench.text("iif(1, x, 0)") == "base64 ");
}

}  // namespace streamworker::sql
