// A record of a table's topic belongs to the row that its key says.
#include "process/key_match.h"

#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

config::Stream keyed_by(const std::vector<std::pair<std::string, FieldType>>& fields) {
  config::Stream stream;
  for (const auto& [name, type] : fields) {
    config::Field field;
    field.name = name;
    field.type = type;
    field.nullable = true;
    stream.schema.push_back(field);
    stream.key.push_back({name, {}, ""});
  }
  return stream;
}

// What is said of a record; "" when it belongs there.
std::string said(const config::Stream& stream, const std::string& value,
                 const std::optional<std::string>& key) {
  MessageDecoder decoder(stream);
  KeyMatch match(stream);
  Arena arena;
  std::vector<Value> row(stream.schema.size());
  Meta meta;
  if (key) meta.key = *key;
  REQUIRE(decoder.decode(value, meta, arena, WallTime(), row.data()));
  const auto checked = match.check(row.data(), meta, decoder, arena);
  return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("one field") {
  const auto by_id = keyed_by({{"id", {Type::Int}}});
  CHECK(said(by_id, R"({"id": 7})", "7").empty());
  CHECK(said(by_id, "{}", "7").empty());
  CHECK(said(by_id, R"({"id": 7})", "8").starts_with("the record's key is 8, but its id is 7: "));
  CHECK(said(by_id, R"({"id": 7})", {}).starts_with("the record's key is null, but its id is 7: "));
  CHECK(said(by_id, R"({"id": 7})", "x").starts_with("the Kafka key"));
  CHECK(said(by_id, R"({"id": null})", "8").empty());  // nobody's row
  CHECK(said(by_id, "{}", {}).empty());
}

TEST_CASE("the same values may be written in several ways") {
  const auto by_price = keyed_by({{"price", {Type::Decimal, 8, 2}}});
  CHECK(said(by_price, R"({"price": 1.5})", "1.50").empty());
  CHECK(said(by_price, R"({"price": 1.5})", "1.5").empty());
  CHECK_FALSE(said(by_price, R"({"price": 1.5})", "1.51").empty());
  const auto by_two = keyed_by({{"a", {Type::String}}, {"n", {Type::Int}}});
  CHECK(said(by_two, R"({"a": "x", "n": 1})", R"(["x",1])").empty());
  CHECK(said(by_two, R"({"a": "x", "n": 1})", R"([ "x", 1 ])").empty());
  CHECK(said(by_two, "{}", R"([ "x", 1 ])").empty());
  CHECK(said(by_two, R"({"a": "x", "n": 2})", R"(["x",1])")
            .starts_with(R"(the record's key is ["x",1], but its [a, n] is ["x",2]: )"));
}
