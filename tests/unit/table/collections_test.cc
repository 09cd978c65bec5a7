#include "table/collections.h"

#include "record/value.h"
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

TEST_CASE("lists are in order of arrival, sets ascend") {
  OneCall list("collect_list", {{kInt}});
  CHECK(list.with({i(3), i(1), Value(), i(3), i(2)}).result() == "[3,1,3,2]");
  CHECK(list.take_back({i(3)}).empty());
  CHECK(list.result() == "[1,3,2]");
  OneCall set("collect_set", {{kString}});
  CHECK(set.with({s("b"), s("a\""), s("b"), s("")}).result() == R"(["","a\"","b"])");
  CHECK(set.take_back({s("b")}).empty());
  CHECK(set.result() == R"(["","a\"","b"])");
  CHECK(set.take_back({s("b")}).empty());
  CHECK(set.result() == R"(["","a\""])");
  CHECK(OneCall("collect_set", {{kAny}}).with({i(1), d(1), s("1"), d(0.5)}).result() ==
        R"([0.5,1,"1"])");
}

TEST_CASE("elements are written by their kind") {
  const auto list = [](FieldType type, Value value) {
    return OneCall("collect_list", {{type}}).with({value}).result();
  };
  CHECK(list({Type::Bool}, Value::of_bool(true)) == "[true]");
  CHECK(list(decimal(5, 2), decimal_value("1.5", 2)) == "[1.50]");
  CHECK(list({Type::Timestamp}, Value::of_timestamp(0)) == R"(["1970-01-01 00:00:00"])");
  CHECK(list({Type::Bytes}, Value::of_bytes("a")) == R"(["YQ=="])");
  CHECK(list({Type::Json}, Value::of_json(R"({"a":[1]})")) == R"([{"a":[1]}])");
}

TEST_CASE("topk keeps the largest") {
  const auto top = [](const char* name, int k, std::initializer_list<Value> values) {
    return OneCall(name, {{kAny}, constant(i(k))}).with(values).result();
  };
  CHECK(top("topk", 3, {i(1), i(5), i(5), i(2), i(7), i(0)}) == "[7,5,5]");
  CHECK(top("topk_distinct", 3, {i(1), i(5), i(5), i(2), i(7), i(0)}) == "[7,5,2]");
  CHECK(top("topk", 3, {i(1)}) == "[1]");
  CHECK(top("topk", 1, {s("a"), s("b"), s("aa")}) == R"(["b"])");
  CHECK(top("topk", 2, {d(1.5), i(1), d(1.5), i(2)}) == "[2,1.5]");
}

TEST_CASE("a collection that would be too large refuses the record") {
  for (const char* name : {"collect_list", "collect_set"}) {
    OneCall call(name, {{kInt}});
    for (size_t n = 0; n < kMostValues; ++n)
      REQUIRE(call.add({i(static_cast<int64_t>(n))}).empty());
    const std::string before = call.bytes();
    const std::string full =
        std::string(name) + "(x): more than 10000 values, or 262144 bytes of text";
    CHECK(call.add({i(-1)}) == full);
    OneCall one(name, {{kInt}});
    one.with({i(-1)});
    CHECK(call.merge(one) == full);
    CHECK(call.bytes() == before);
    CHECK(call.take_back({i(0)}).empty());
    CHECK(call.add({i(-1)}).empty());
    call.reread();
  }
}

TEST_CASE("text in collections is bounded") {
  const std::string half(kMostText / 2, 'a');
  const std::string other(kMostText / 2, 'b');
  OneCall list("collect_list", {{kString}});
  list.with({s(half), s(half)});
  CHECK_FALSE(list.add({s("x")}).empty());
  CHECK(list.add({s("")}).empty());
  OneCall top("topk", {{kString}, constant(i(2))});
  top.with({s(half), s(half), s(other)});
  CHECK_FALSE(top.add({s(other + "b")}).empty());
  OneCall more("topk", {{kString}, constant(i(2))});
  more.with({s(other + "c")});
  CHECK_FALSE(top.merge(more).empty());
  OneCall small("topk", {{kString}, constant(i(2))});
  small.with({s("c"), s("d")});
  CHECK(top.merge(small).empty());
  CHECK(top.result() == R"(["d","c"])");
  CHECK(OneCall("collect_set", {{kString}}).add({s(half + half + "a")}) ==
        "collect_set(x): more than 10000 values, or 262144 bytes of text");
}

TEST_CASE("a set counts a value that is there although it is full") {
  OneCall set("collect_set", {{kString}});
  const std::string text(kMostText, 'a');
  set.with({s(text), s(text)});
  CHECK(set.take_back({s(text)}).empty());
  CHECK(set.result().size() == kMostText + 4);
}
