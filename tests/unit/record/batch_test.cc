#include "record/batch.h"

#include "record/types.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

TEST_CASE("types read back from their names") {
  for (const char* name : {"string", "int", "double", "bool", "decimal(10,3)", "decimal(38,38)",
                           "timestamp", "date", "uuid", "bytes", "json"}) {
    const auto type = parse_type(name);
    REQUIRE(type);
    CHECK(to_string(*type) == name);
  }
  CHECK(to_string(*parse_type("decimal( 10 , 3 )")) == "decimal(10,3)");
  for (const char* name :
       {"", "any", "String", "decimal", "decimal()", "decimal(10)", "decimal(0,0)", "decimal(39,1)",
        "decimal(3,4)", "decimal(10,-1)", "decimal(10,3", "int?"})
    CHECK_FALSE(parse_type(name));
}

TEST_CASE("values compare by kind and content") {
  CHECK(Value() == Value());
  CHECK(Value::of_int(1) == Value::of_int(1));
  CHECK_FALSE(Value::of_int(1) == Value::of_bool(true));
  CHECK_FALSE(Value::of_decimal(10, 1) == Value::of_decimal(100, 2));
  CHECK(Value::of_decimal(10, 1) == Value::of_decimal(10, 1));
  CHECK(Value::of_string("a") == Value::of_string(std::string("a")));
  CHECK_FALSE(Value::of_string("1") == Value::of_json("1"));
  CHECK(Value::of_double(0.0) == Value::of_double(-0.0));
}

TEST_CASE("schemas find names exactly and list them in order") {
  const Schema schema({{"id", {Type::String}}, {"ad_type", {Type::String}}, {"b", {Type::Int}}});
  CHECK(schema.find("b") == 2U);
  CHECK_FALSE(schema.find("ID"));
  CHECK(schema.names() == "ad_type, b, id");
}

TEST_CASE("a kept row owns its texts and loses key and headers") {
  const Schema schema({{"s", {Type::String}}, {"n", {Type::Int}}, {"j", {Type::Json}}});
  Batch batch(schema);
  Meta meta;
  meta.offset = 7;
  meta.deleted = true;
  {
    std::string text = "hello, a text beyond the short ones";
    std::string json = "[1,2]";
    const std::string key = "k";
    const Headers headers;
    meta.key = key;
    meta.headers = &headers;
    const Value row[] = {Value::of_string(text), Value::of_int(3), Value::of_json(json)};
    batch.keep(row, meta);
    text.assign(text.size(), 'x');
    json.assign(json.size(), 'x');
  }
  REQUIRE(batch.size() == 1);
  CHECK(batch.row(0)[0] == Value::of_string("hello, a text beyond the short ones"));
  CHECK(batch.row(0)[1] == Value::of_int(3));
  CHECK(batch.row(0)[2] == Value::of_json("[1,2]"));
  CHECK(batch.meta(0).offset == 7);
  CHECK(batch.meta(0).deleted);
  CHECK_FALSE(batch.meta(0).key);
  CHECK(batch.meta(0).headers == nullptr);
}
