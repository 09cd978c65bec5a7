// CSV: rows of text into rows, and back.
#include "codec/csv_decoder.h"
#include "codec/csv_encoder.h"
#include "codec/json_encoder.h"
#include "unit/catch.h"
#include "unit/codec/stream_text.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)
using test::stream_of;

namespace {

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 55)};  // in 2024

// The row as JSON, or the error.
std::string decode(const std::string& stream, std::string_view message, Meta meta = {}) {
  CsvDecoder decoder(stream_of(stream));
  Batch batch(decoder.schema());
  Value* row = batch.add(meta);
  const auto result = decoder.decode(message, meta, batch.arena(), kNow, row);
  if (!result) {
    CHECK(result.error().remedy == Remedy::Skip);
    return result.error().message;
  }
  std::string out;
  REQUIRE(JsonEncoder(decoder.schema()).append(row, out));
  return out;
}

// Decoded, and written again.
std::string again(const std::string& stream, std::string_view message) {
  CsvDecoder decoder(stream_of(stream));
  Batch batch(decoder.schema());
  Meta meta;
  Value* row = batch.add(meta);
  REQUIRE(decoder.decode(message, meta, batch.arena(), kNow, row));
  std::string out = "before";
  REQUIRE(CsvEncoder(decoder.schema()).append(row, out));
  return out.substr(6);
}

constexpr const char* kTypes =
    "s string; i int; d double; b bool; n decimal(10,2); t timestamp; day date; "
    "u uuid; bin bytes; j json";

}  // namespace

TEST_CASE("a row of all types") {
  const std::string row = R"(a b,-7,1.5,true,12.30,2020-04-08 18:07:32,2020-04-08,)"
                          R"(0f8fad5b-d9cb-469f-a165-70867728950e,AP8=,"{""a"":[1,null]}")";
  CHECK(decode(kTypes, row) ==
        R"({"s":"a b","i":-7,"d":1.5,"b":true,"n":12.30,"t":"2020-04-08 18:07:32",)"
        R"("day":"2020-04-08","u":"0f8fad5b-d9cb-469f-a165-70867728950e","bin":"AP8=",)"
        R"("j":{"a":[1,null]}})");
  CHECK(again(kTypes, row) == row);
}

TEST_CASE("quotes, blanks and line ends") {
  const char* two = "a string; b string";
  CHECK(decode(two, "x,y") == R"({"a":"x","b":"y"})");
  CHECK(decode(two, "x,y\n") == R"({"a":"x","b":"y"})");
  CHECK(decode(two, "x,y\r\n") == R"({"a":"x","b":"y"})");
  CHECK(decode(two, " x , y ") == R"({"a":" x ","b":" y "})");
  CHECK(decode(two, R"("x,1","a ""b"" c")") == R"({"a":"x,1","b":"a \"b\" c"})");
  CHECK(decode(two, R"("""","""""")") == R"({"a":"\"","b":"\"\""})");
  CHECK(decode(two, "\"one\ntwo\",\"\r\n\"") == R"({"a":"one\ntwo","b":"\r\n"})");
  CHECK(decode(two, ",") == R"({"a":"","b":""})");
  CHECK(decode(two, "Zoë,€") == R"({"a":"Zoë","b":"€"})");
  CHECK(decode(two, "x") == "1 field instead of 2");
  CHECK(decode(two, "") == "1 field instead of 2");
  CHECK(decode(two, "x,y,z") == "3 fields instead of 2");
  CHECK(decode(two, "x,y\n\n") == "more than one row");
  CHECK(decode(two, "x,y\nz,w\n") == "more than one row");
  CHECK(decode(two, R"("x,y)") == "a quote is never closed");
  CHECK(decode(two, R"(x,"y""z)") == "a quote is never closed");
  CHECK(decode(two, R"("x"y,z)") == "something follows a field's last quote");
  CHECK(decode(two, R"(x"y,z)") == "a quote within a field that has none at its beginning");
  CHECK(decode(two, "x,\xff") == "invalid UTF-8 at byte 2");
  CHECK(decode(two, "\xEF\xBB\xBFx,y") == "a byte order mark");
  for (const std::string_view row :
       {"x,y", R"("a,b","c ""d""")", R"("","")", "\"one\ntwo\",\"\r\"", " x , y "})
    CHECK(again(two, row) == row);
  CHECK(again(two, ",") == R"("","")");
}

TEST_CASE("what is empty, missing or null") {
  CHECK(decode("a int?; b string?", ",") == R"({"a":null,"b":null})");
  CHECK(decode("a int?; b string?", R"(,"")") == R"({"a":null,"b":""})");
  CHECK(decode("a int =5; b string", ",") == R"({"a":5,"b":""})");
  CHECK(decode("a int; b string", ",x") == "column a: it is empty");
  CHECK(decode("a int", "") == "column a: it is empty");
  CHECK(decode("a int?", "") == R"({"a":null})");
  CHECK(decode("a int?", R"("")") == R"(column a: "" is not an int)");
  CHECK(again("a int?; b string?; c json?", ",,") == ",,");
  CHECK(again("a int?; b string?", R"(,"")") == R"(,"")");
  Meta keyed;
  keyed.key = "41";
  CHECK(decode("a int; b string; @key=a", ",x", keyed) == R"({"a":41,"b":"x"})");
  CHECK(decode("a int; b string; @key=a", "7,x", keyed) == R"({"a":7,"b":"x"})");
  keyed.key = "no";
  CHECK(decode("a int; @key=a", "", keyed) == "the Kafka key no has no int for the field a");
}

TEST_CASE("values that do not fit") {
  CHECK(decode("a int", "4x") == R"(column a: "4x" is not an int)");
  CHECK(decode("a int", "41.0") == R"(column a: "41.0" is not an int)");
  CHECK(decode("a int coerce", "41.0") == R"({"a":41})");
  CHECK(decode("a bool", "1") == R"(column a: "1" is not a bool)");
  CHECK(decode("a bool; @coerce", "1") == R"({"a":true})");
  CHECK(decode("a double", "NaN") == R"(column a: "NaN" is not a double)");
  CHECK(decode("a decimal(3,1)", "1234") == R"(column a: "1234" is not a decimal(3,1))");
  CHECK(decode("a json", R"("{""x"":")") == R"(column a: $.x at byte 5: not a JSON value)");
  CHECK(decode("a json", "{}") == R"({"a":{}})");
  CHECK(decode("a int max=5", "6") == R"(column a: "6" is more than 5)");
  CHECK(decode("a string enum=x|y", "z") == R"(column a: "z" is not one of x, y)");
  CHECK(decode("a bytes", "A") == R"(column a: "A" is not a bytes)");
  const std::string told = decode("a int", std::string(5000, 'e'));
  CHECK(told.size() < 300);
  CHECK_THROWS_AS(CsvDecoder(stream_of("a string pattern=(")), std::invalid_argument);
}

TEST_CASE("a timestamp field is the event time") {
  CsvDecoder decoder(stream_of("t timestamp?; @time=t"));
  Batch batch(decoder.schema());
  Meta meta;
  Value* row = batch.add(meta);
  REQUIRE(decoder.decode("1970-01-01 00:00:07", meta, batch.arena(), kNow, row));
  CHECK(meta.timestamp.time_since_epoch().count() == 7000);
  REQUIRE(decoder.decode("7500", meta, batch.arena(), kNow, row));
  CHECK(meta.timestamp.time_since_epoch().count() == 7500);
  CHECK_FALSE(decoder.decode("2100-01-01 00:00:00", meta, batch.arena(), kNow, row));
}

TEST_CASE("a double that is not finite is not written") {
  const CsvEncoder encoder(Schema({{"a", {Type::Int}}, {"d", {Type::Double}}}));
  const Value row[] = {Value::of_int(1), Value::of_double(1.0 / 0.0)};
  std::string out = "x";
  const auto done = encoder.append(row, out);
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "column d is a double that is not finite");
  CHECK(out == "x");
}
