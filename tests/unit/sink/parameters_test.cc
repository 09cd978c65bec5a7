#include "sink/parameters.h"

#include <limits>

#include "unit/catch.h"

namespace streamworker::sink {
namespace {

class Doubling final : public Escaper {
 public:
  void escape(std::string_view text, std::string& out) const override {
    for (const char c : text) {
      if (c == '\'') out += '\'';
      out += c;
    }
  }
};

const SqlParameters kGiven = {
    {"a", int64_t{7}}, {"from", "it's"}, {"none", SqlValue()}, {"d", 0.5}};

std::string filled(std::string_view statement) {
  auto out = with_parameters(statement, kGiven, Doubling());
  return out ? *out : "error: " + out.error().message;
}

TEST_CASE("parameters become literals") {
  CHECK(filled("CALL p(:from, :a)") == "CALL p('it''s', 7)");
  CHECK(filled(":a") == "7");
  CHECK(filled("SELECT :none, :d,:a+:a") == "SELECT NULL, 5e-01,7+7");
}

TEST_CASE("what only looks like a parameter stays") {
  for (const char* text :
       {"SELECT '12:30:00', ':a'", "SELECT \":a\"", "SELECT `:a`", "-- :a\nSELECT 1", "# :a",
        "SELECT 1 /* :a */", "/*! :a */", "SELECT a::a", "SET @x:=1", "SELECT ':a'':a'",
        "SELECT '\\':a'", "12:30", ":", "SELECT 1:"})
    CHECK(filled(text) == text);
  CHECK(filled("`\\`:a`") == "`\\`7`");
  CHECK(filled("1--:a") == "1--7");
  CHECK(filled("'open :a") == "'open :a");
}

TEST_CASE("the names that a statement asks for, as the database reads it") {
  using Names = std::vector<std::string>;
  CHECK(parameter_names(Dialect::Mysql, "CALL p(:from, :to, :from) -- :no") == Names{"from", "to"});
  CHECK(parameter_names(Dialect::Sqlite, "SELECT :a, '\\', :b, [:no], 2--:no\n, :c") ==
        Names{"a", "b", "c"});
  CHECK(parameter_names(Dialect::Mysql, "SELECT '\\', :no', 2--:a") == Names{"a"});
  CHECK(parameter_names(Dialect::Mysql, "SELECT 1").empty());
}

TEST_CASE("a parameter without a value stops and names those that have one") {
  CHECK(filled("CALL p(:to)") == "error: the parameter :to has no value; given: a, d, from, none");
  const SqlParameters bad = {{"x", std::numeric_limits<double>::infinity()}};
  CHECK_FALSE(with_parameters(":x", bad, Doubling()));
}

}  // namespace
}  // namespace streamworker::sink
