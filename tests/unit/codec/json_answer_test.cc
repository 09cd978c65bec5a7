#include "codec/json_answer.h"

#include "unit/catch.h"

namespace streamworker {
namespace {

TEST_CASE("the rows of an answer are read back as they were written") {
  const auto answer = read_json_answer(
      R"j({"columns":["a","b"],"rows":[[1,"x\n\"y\""],[-2.5,null],[9223372036854775807,""]]})j");
  REQUIRE(answer);
  CHECK(answer->columns == std::vector<std::string>{"a", "b"});
  REQUIRE(answer->rows.size() == 3);
  CHECK(std::get<int64_t>(answer->rows[0][0]) == 1);
  CHECK(std::get<std::string>(answer->rows[0][1]) == "x\n\"y\"");
  CHECK(std::get<double>(answer->rows[1][0]) == -2.5);
  CHECK(std::holds_alternative<std::monostate>(answer->rows[1][1]));
  CHECK(std::get<int64_t>(answer->rows[2][0]) == INT64_MAX);
  CHECK(answer->error.empty());
}

TEST_CASE("an error has a message, and an answer may have no rows") {
  CHECK(read_json_answer(R"j({"error":{"code":"c","message":"why"}})j")->error == "why");
  CHECK(read_json_answer(R"j({"columns":["message"],"rows":[]})j")->rows.empty());
  CHECK(read_json_answer(R"j({"columns":["message"],"rows":[["x"]]})j")->error.empty());
}

TEST_CASE("anything else is no answer") {
  for (const char* text : {"", "x", "{}", "[]", "[[[1]]]", R"j({"columns":["a"],"rows":[[1,2]]})j",
                           R"j({"columns":["a"],"rows":[[1])j"})
    CHECK_FALSE(read_json_answer(text));
}

}  // namespace
}  // namespace streamworker
