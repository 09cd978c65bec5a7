#include "sink/table_check.h"

#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

const TableName kName{"shop", "t"};

ColumnFacts column(const std::string& name) {
  ColumnFacts facts;
  facts.name = name;
  return facts;
}

TableFacts fitting() {
  TableFacts facts;
  facts.columns = {column("ID"), column("text"), column("seen"), column("more")};
  facts.uniques = {{"PRIMARY", {"id"}, true}};
  return facts;
}

std::string refusal(const Table& table, const TableFacts& facts) {
  const auto checked = check_table(Dialect::Mysql, kName, table, facts);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().remedy == Remedy::Stop);
  return checked.error().message;
}

TEST_CASE("a table that fits has no warnings") {
  const auto checked = check_table(Dialect::Mysql, kName, small_table(), fitting());
  REQUIRE(checked);
  CHECK(checked->empty());
}

TEST_CASE("all missing columns are named") {
  TableFacts facts = fitting();
  facts.columns = {column("id"), column("texts")};
  CHECK(refusal(small_table(), facts) ==
        "table shop.t has no column \"text\"; did you mean \"texts\"?; table shop.t has no column "
        "\"seen\"");
}

TEST_CASE("a column that must have a value gets one") {
  TableFacts facts = fitting();
  facts.columns[3].required = true;
  CHECK(refusal(small_table(), facts) ==
        "column shop.t.more must have a value and has no default, and the pipeline gives none");
}

TEST_CASE("the key must be a unique key as a whole") {
  const std::string wanted =
      "table shop.t has no unique key on (id), which its upsert needs: CREATE UNIQUE INDEX `t_key` "
      "ON `shop`.`t` (`id`)";
  TableFacts facts = fitting();
  facts.uniques = {};
  CHECK(refusal(small_table(), facts) == wanted);
  facts.uniques = {{"u", {"id", "seen"}, true}};
  CHECK(refusal(small_table(), facts) == wanted);
  facts.uniques = {{"u", {"id"}, false}};
  CHECK(refusal(small_table(), facts) == wanted);
  CHECK(check_table(Dialect::Mysql, kName, small_table(false), facts));
}

TEST_CASE("a second unique key is a warning, a counter is none") {
  TableFacts facts = fitting();
  facts.uniques.push_back({"by_text", {"text"}, true});
  auto checked = check_table(Dialect::Mysql, kName, small_table(), facts);
  REQUIRE(checked);
  REQUIRE(checked->size() == 1);
  CHECK(checked->front().find("by_text (text)") != std::string::npos);
  facts.uniques.back() = {"PRIMARY", {"more"}, true};
  facts.columns[3].automatic = true;
  checked = check_table(Dialect::Mysql, kName, small_table(), facts);
  REQUIRE(checked);
  CHECK(checked->empty());
}

TEST_CASE("a decimal column that is too narrow is a warning") {
  Table table = small_table();
  table.columns = Schema({{"id", {Type::String}}, {"text", {Type::Decimal, 10, 3}}});
  TableFacts facts = fitting();
  const auto warnings = [&](int64_t precision, int64_t scale) {
    facts.columns[1].precision = precision;
    facts.columns[1].scale = scale;
    const auto checked = check_table(Dialect::Mysql, kName, table, facts);
    REQUIRE(checked);
    return checked->size();
  };
  CHECK(warnings(10, 3) == 0);
  CHECK(warnings(12, 5) == 0);
  CHECK(warnings(10, 2) == 1);
  CHECK(warnings(10, 4) == 1);
}

TEST_CASE("a table that is not there: near names, else all") {
  CHECK(no_such_table({"", "clasifieds"}, "shop", {"Classifieds", "other"}).message ==
        "no table \"clasifieds\" in database shop; did you mean \"Classifieds\"?");
  CHECK(no_such_table({"", "x"}, "shop", {"Classifieds", "other"}).message ==
        "no table \"x\" in database shop; it has Classifieds, other");
}

}  // namespace
}  // namespace streamworker::sink
