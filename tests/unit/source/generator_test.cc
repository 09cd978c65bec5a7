#include "source/generator.h"

#include "unit/catch.h"
#include "unit/source/files.h"

namespace streamworker {
namespace {

using Texts = std::vector<std::string>;

config::Column made(const std::string& name, const std::string& expression) {
  config::Column column;
  column.name = name;
  column.expression.value = expression;
  return column;
}

config::Generate generate(std::vector<config::Column> fields, std::optional<int64_t> count = 3) {
  config::Generate generate;
  generate.fields = std::move(fields);
  generate.count = count;
  return generate;
}

const ManualClock& clock() {
  static const ManualClock manual(std::chrono::sys_days(std::chrono::year(2026) / 1 / 31));
  return manual;
}

}  // namespace

TEST_CASE("source: generated records have the stream's types, and see their earlier fields") {
  config::Stream stream;
  stream.schema = {stream_field("id", {Type::String}),
                   stream_field("price", {Type::Decimal, 10, 3}),
                   stream_field("at", {Type::Timestamp}), stream_field("ok", {Type::Bool})};
  stream.schema[2].format = "unix_ms";
  Generator generator(stream,
                      generate({made("id", "'c' || n"), made("price", "n * 1.5"),
                                made("at", "datetime('now', n || ' seconds')"),
                                made("ok", "price > 1"), made("note", "id || '!' || _offset")}),
                      clock());
  CHECK(generator.finite());
  CHECK(read_all(generator) ==
        Texts{R"({"id":"c0","price":0.000,"at":1769817600000,"ok":false,"note":"c0!0"})",
              R"({"id":"c1","price":1.500,"at":1769817601000,"ok":true,"note":"c1!1"})",
              R"({"id":"c2","price":3.000,"at":1769817602000,"ok":true,"note":"c2!2"})"});
  CHECK(generator.finished());
}

TEST_CASE("source: a generator goes on at any record") {
  const config::Stream stream;
  const auto random = generate({made("a", "random()"), made("b", "one_of('x', 'y', 'z')"),
                                made("c", "uuid()"), made("d", "random_between(0, 1000000)")},
                               20);
  Generator generator(stream, random, clock());
  Generator other(stream, random, clock());
  check_resumes(generator, other);
  auto seeded = random;
  seeded.seed = 2;
  Generator third(stream, seeded, clock());
  REQUIRE(generator.seek(0));
  CHECK(read_all(generator) != read_all(third));
}

TEST_CASE("source: a generator without count never ends") {
  Generator generator(config::Stream{}, generate({made("n1", "n + 1")}, {}), clock());
  CHECK_FALSE(generator.finite());
  REQUIRE(generator.seek(1'000'000'000'000));
  CHECK(**generator.next() == R"({"n1":1000000000001})");
  CHECK_FALSE(generator.finished());
}

TEST_CASE("source: what a generator cannot do") {
  const config::Stream stream;
  try {
    Generator(stream, generate({made("a", "1"), made("b", "a + c")}), clock());
    FAIL("it compiled");
  } catch (const sql::ExpressionError& error) {
    CHECK(error.column == 1);
    CHECK(error.offset == 4);
  }
  Generator failing(stream, generate({made("a", "'{' || n"), made("b", "a ->> '$.x'")}), clock());
  CHECK(read_all(failing) == Texts{"error: record 0: b: malformed JSON"});
  CHECK(failing.position() == 0);
}

}  // namespace streamworker
