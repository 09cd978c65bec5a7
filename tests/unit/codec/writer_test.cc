#include <limits>

#include "codec/json_writer.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

TEST_CASE("a text is built piece by piece") {
  JsonWriter json;
  json.begin_object();
  json.member("name", "a\"b").member("count", 3).member("big", ~uint64_t{0});
  json.member("ok", true).member("rate", 0.5);
  json.key("list").begin_array().value(1).value("x").null().begin_object().end_object().end_array();
  json.key("raw").raw("[1]").key("none").begin_array().end_array().end_object();
  CHECK(json.text() ==
        R"({"name":"a\"b","count":3,"big":18446744073709551615,"ok":true,"rate":0.5,)"
        R"("list":[1,"x",null,{}],"raw":[1],"none":[]})");
}

TEST_CASE("what JSON cannot say is replaced") {
  JsonWriter json;
  json.begin_array().value(std::numeric_limits<double>::infinity()).value("a\xFFz").end_array();
  CHECK(json.take() == "[null,\"a\xEF\xBF\xBDz\"]");
}
