#include "sink/statement.h"

#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

const TableName kName{"", "t"};

TEST_CASE("names are checked and quoted") {
  CHECK(quoted(Dialect::Mysql, "a`b") == "`a``b`");
  CHECK(quoted(Dialect::Sqlite, "a\"b") == "\"a\"\"b\"");
  const auto two = parse_table_name("shop.bids");
  REQUIRE(two);
  CHECK(quoted(Dialect::Mysql, *two) == "`shop`.`bids`");
  for (const std::string bad : {"", ".t", "s.", "a.b.c", "t ", "a\nb"})
    CHECK_FALSE(parse_table_name(bad));
  CHECK_FALSE(parse_table_name(std::string(65, 'a')));
  CHECK(parse_table_name("t; DROP TABLE x"));  // one odd name, once it is quoted
}

TEST_CASE("an upsert of MySQL") {
  CHECK(insert_head(Dialect::Mysql, kName, small_table().columns) ==
        "INSERT INTO `t` (`id`, `text`, `seen`) VALUES ");
  CHECK(insert_tail(Dialect::Mysql, kName, small_table()) ==
        " ON DUPLICATE KEY UPDATE `text` = VALUES(`text`), `seen` = VALUES(`seen`)");
  CHECK(insert_tail(Dialect::Mysql, kName, small_table(false)).empty());
}

TEST_CASE("with newest its column is set last in MySQL") {
  Table table = small_table(true, true);
  table.newest = 1;
  CHECK(insert_tail(Dialect::Mysql, kName, table) ==
        " ON DUPLICATE KEY UPDATE "
        "`seen` = IF(`text` IS NULL OR VALUES(`text`) >= `text`, VALUES(`seen`), `seen`), "
        "`text` = IF(`text` IS NULL OR VALUES(`text`) >= `text`, VALUES(`text`), `text`)");
}

TEST_CASE("an upsert of SQLite") {
  CHECK(insert_tail(Dialect::Sqlite, kName, small_table()) ==
        " ON CONFLICT (\"id\") DO UPDATE SET \"text\" = excluded.\"text\", \"seen\" = "
        "excluded.\"seen\"");
  CHECK(insert_tail(Dialect::Sqlite, kName, small_table(true, true)) ==
        " ON CONFLICT (\"id\") DO UPDATE SET \"text\" = excluded.\"text\", \"seen\" = "
        "excluded.\"seen\" WHERE \"t\".\"seen\" IS NULL OR excluded.\"seen\" >= \"t\".\"seen\"");
}

TEST_CASE("a table that is all key") {
  Table table = small_table();
  table.key = {0, 1, 2};
  CHECK(insert_tail(Dialect::Mysql, kName, table) == " ON DUPLICATE KEY UPDATE `id` = `id`");
  CHECK(insert_tail(Dialect::Sqlite, kName, table) ==
        " ON CONFLICT (\"id\", \"text\", \"seen\") DO NOTHING");
}

TEST_CASE("tables are created with exact types") {
  Table table;
  table.columns = Schema({{"k", {Type::String}},
                          {"d", {Type::Decimal, 10, 3}},
                          {"wide", {Type::Decimal, 30, 3}},
                          {"at", {Type::Timestamp}},
                          {"b", {Type::Bytes}}});
  table.upsert = true;
  table.key = {0};
  CHECK(
      create_table(Dialect::Mysql, kName, table) ==
      "CREATE TABLE IF NOT EXISTS `t` (`k` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin "
      "NOT NULL, `d` DECIMAL(10,3) NULL, `wide` DECIMAL(30,3) NULL, `at` DATETIME(6) NULL, `b` "
      "LONGBLOB NULL, PRIMARY KEY (`k`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
  CHECK(create_table(Dialect::Sqlite, kName, table) ==
        "CREATE TABLE IF NOT EXISTS \"t\" (\"k\" TEXT NOT NULL, \"d\" DECIMAL(10,3) NULL, \"wide\" "
        "TEXT NULL, \"at\" TEXT NULL, \"b\" BLOB NULL, PRIMARY KEY (\"k\"))");
}

}  // namespace
}  // namespace streamworker::sink
