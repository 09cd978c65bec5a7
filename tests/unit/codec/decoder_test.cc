#include <stdexcept>

#include "codec/json_decoder.h"
#include "codec/json_encoder.h"
#include "unit/catch.h"
#include "unit/codec/decoder_cases.h"
#include "unit/codec/stream_text.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)
using test::stream_of;

namespace {

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 55)};  // in 2024

// One message decoded: the row as JSON, or the error.
struct Decoded {
  std::string text;
  Meta meta;
};

Decoded decode(JsonDecoder& decoder, std::string_view message, Meta meta = {}) {
  Batch batch(decoder.schema());
  Value* row = batch.add(meta);
  const std::string before(message);
  const auto result = decoder.decode(message, meta, batch.arena(), kNow, row);
  REQUIRE(message == before);
  if (!result) {
    CHECK(result.error().remedy == Remedy::Skip);
    return {result.error().message, meta};
  }
  std::string out;
  REQUIRE(JsonEncoder(decoder.schema()).append(row, out));
  return {out, meta};
}

std::string decode(const std::string& stream, std::string_view message, Meta meta = {}) {
  JsonDecoder decoder(stream_of(stream));
  return decode(decoder, message, meta).text;
}

void check(std::span<const test::DecoderCase> cases) {
  for (const test::DecoderCase& one : cases) {
    INFO(one.stream << "  " << one.message);
    CHECK(decode(std::string(one.stream), one.message) == one.expected);
  }
}

}  // namespace

TEST_CASE("types, defaults, coercion, rules") {
  CHECK(test::type_cases().size() > 90);
  check(test::type_cases());
}

TEST_CASE("JSON's forms and what is wrong with them") {
  CHECK(test::form_cases().size() > 60);
  check(test::form_cases());
}

TEST_CASE("one decoder takes records of any shape, one after the other") {
  JsonDecoder decoder(stream_of("a int; b int =0; c string? "));
  CHECK(decode(decoder, R"({"a":1,"b":2,"c":"x"})").text == R"({"a":1,"b":2,"c":"x"})");
  CHECK(decode(decoder, R"({"c":"y","a":3})").text == R"({"a":3,"b":0,"c":"y"})");
  CHECK(decode(decoder, R"({"c":"y","a":})").text.starts_with("$.a at byte 13"));
  CHECK(decode(decoder, R"({"a":1,"b":2,"c":"x"})").text == R"({"a":1,"b":2,"c":"x"})");
  CHECK(decode(decoder, R"({"z":0,"b":2,"y":0,"a":1})").text == R"({"a":1,"b":2,"c":null})");
  CHECK(decode(decoder, R"({"b":2,"a":1,"b":2})").text ==
        "$ at byte 13: the key \"b\" stands there twice");
}

TEST_CASE("depth is bounded at 64") {
  const auto nested = [](size_t depth) {
    return R"({"a":1,"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  CHECK(decode("a int", nested(64)) == R"({"a":1})");
  CHECK(decode("a int", nested(65)).ends_with(" at byte 74: nested deeper than 64"));
  for (const char* open : {"[", "{\"a\":"}) {
    std::string bomb;
    for (int i = 0; i < 1'000'000; ++i) bomb += open;
    CHECK(decode("", bomb).ends_with("nested deeper than 64"));
    CHECK(decode("j json", R"({"j":)" + bomb).ends_with("nested deeper than 64"));
  }
}

TEST_CASE("100 000 keys are checked for doubles in little time") {
  std::string message = R"({"a":1)";
  for (int i = 0; i < 100'000; ++i) message += ",\"k" + std::to_string(i) + "\":0";
  CHECK(decode("a int", message + "}") == R"({"a":1})");
  CHECK(decode("a int", message + R"(,"k50000":1})")
            .ends_with("the key \"k50000\" stands there twice"));
}

TEST_CASE("strings point into the message, with escapes into the arena") {
  JsonDecoder decoder(stream_of("a string; b string; j json; d string =preset"));
  const std::string message = R"({"a":"plain","b":"esc\naped","j":{"k":"\n"}})";
  Batch batch(decoder.schema());
  Meta meta;
  Value* row = batch.add(meta);
  REQUIRE(decoder.decode(message, meta, batch.arena(), kNow, row));
  const auto within = [&](const Value& value) {
    return value.as_view().data() >= message.data() &&
           value.as_view().data() < message.data() + message.size();
  };
  CHECK(within(row[0]));
  CHECK_FALSE(within(row[1]));
  CHECK(within(row[2]));
  CHECK(row[2].as_view() == R"({"k":"\n"})");
  CHECK(row[3].as_view() == "preset");
}

TEST_CASE("event time") {
  JsonDecoder decoder(stream_of("t timestamp?; n int =0; @time=t"));
  Meta meta;
  meta.timestamp = EventTime(std::chrono::milliseconds(77));
  CHECK(decode(decoder, R"({"t":"1970-01-01 00:00:01.2345"})", meta).meta.timestamp ==
        EventTime(std::chrono::milliseconds(1234)));
  CHECK(decode(decoder, R"({"t":"1969-12-31 23:59:59.9999"})", meta).meta.timestamp ==
        EventTime(std::chrono::milliseconds(-1)));
  CHECK(decode(decoder, R"({"t":null})", meta).meta.timestamp == meta.timestamp);
  CHECK(decode(decoder, R"({})", meta).meta.timestamp == meta.timestamp);
  CHECK(decode(decoder, R"({"t":"2024-12-18 12:00:00"})", meta).text ==
        R"({"t":"2024-12-18 12:00:00","n":0})");
  CHECK(decode(decoder, R"({"t":"2025-01-20 00:00:00"})", meta).text ==
        "$.t: the event time, 1737331200000 ms since the epoch, is further ahead of the clock than "
        "max_future");
  meta.timestamp = EventTime(std::chrono::milliseconds(std::numeric_limits<int64_t>::max()));
  CHECK(decode(decoder, R"({"t":null})", meta)
            .text.starts_with("the Kafka timestamp: the event time"));
  JsonDecoder by_int(stream_of("t int; @time=t"));
  CHECK(decode(by_int, R"({"t":1234})").meta.timestamp ==
        EventTime(std::chrono::milliseconds(1234)));
  CHECK(decode(by_int, R"({"t":9223372036854775807})").text.starts_with("$.t: the event time"));
  JsonDecoder by_date(stream_of("t date; @time=t"));
  CHECK(decode(by_date, R"({"t":"1970-01-02"})").meta.timestamp ==
        EventTime(std::chrono::hours(24)));
}

TEST_CASE("fields of the key are read from the Kafka key when the value lacks them") {
  Meta meta;
  meta.key = "41";
  CHECK(decode("id int; a int; @key=id", R"({"a":1})", meta) == R"({"id":41,"a":1})");
  CHECK(decode("id int =7; a int; @key=id", R"({"a":1})", meta) == R"({"id":41,"a":1})");
  CHECK(decode("id int; a int; @key=id", R"({"a":1,"id":2})", meta) == R"({"id":2,"a":1})");
  CHECK(decode("id string; @key=id", "{}", meta) == R"({"id":"41"})");
  CHECK(decode("id int max=40; @key=id", "{}", meta) ==
        "the field id in the Kafka key 41 is more than 40");
  meta.key = "x";
  CHECK(decode("id int; @key=id", "{}", meta) == "the Kafka key x has no int for the field id");
  meta.key = "\xFF";
  CHECK(decode("id string; @key=id", "{}", meta) == "the Kafka key is not UTF-8");
  meta.key.reset();
  CHECK(decode("id int =7; @key=id", "{}", meta) == R"({"id":7})");
  CHECK(decode("id int; @key=id", "{}", meta) == "$ at byte 2: the field id is missing");
}

TEST_CASE("composite keys are JSON arrays") {
  const std::string stream = "a string; b int; c bool?; d int; @key=a,b,c";
  Meta meta;
  meta.key = R"(["x\ny",2,null])";
  CHECK(decode(stream, R"({"d":1})", meta) == R"({"a":"x\ny","b":2,"c":null,"d":1})");
  CHECK(decode(stream, R"({"d":1,"b":5,"c":true})", meta) ==
        R"({"a":"x\ny","b":5,"c":true,"d":1})");
  for (const char* bad :
       {"", "x", "[1]", R"(["x",2])", R"(["x",2,null,1])", R"(["x","2",null])", R"({"a":1})",
        R"([["x"],2,null])", R"(["\udc00",2,null])", R"([null,2,null])"}) {
    meta.key = bad;
    INFO(bad);
    CHECK(decode(stream, R"({"d":1})", meta).starts_with("the Kafka key"));
  }
}

TEST_CASE("a record without value has its key") {
  JsonDecoder decoder(stream_of("id int; a string =x; @key=id"));
  Batch batch(decoder.schema());
  Meta meta;
  meta.key = "5";
  Value* row = batch.add(meta);
  REQUIRE(decoder.decode_key(meta, batch.arena(), row));
  CHECK(row[0] == Value::of_int(5));
  CHECK(row[1].is_null());
  meta.key = "five";
  CHECK_FALSE(decoder.decode_key(meta, batch.arena(), row));
  meta.key.reset();
  REQUIRE(decoder.decode_key(meta, batch.arena(), row));
  CHECK(row[0].is_null());
}

TEST_CASE("a declaration that is wrong in itself throws") {
  for (const char* bad :
       {"a int =x", "a string pattern=(", "a string pattern=(a)\\1", "a int enum=1|x",
        "t timestamp zone=Mars", "t timestamp format=%Q", "d date format=unix", "a int; @key=b",
        "a string; @time=a", "a int; @time=b"})
    CHECK_THROWS_AS(JsonDecoder(stream_of(bad)), std::invalid_argument);
}

TEST_CASE("a pattern takes a long string without harm") {
  const std::string message = R"({"a":")" + std::string(1'000'000, 'a') + R"("})";
  CHECK(decode("a string pattern=(a|b)*c", message).ends_with("does not match (a|b)*c"));
}
