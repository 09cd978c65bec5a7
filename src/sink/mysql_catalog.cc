#include "sink/mysql_catalog.h"

#include <algorithm>
#include <charconv>

#include "base/format.h"
#include "sink/statement.h"

namespace streamworker::sink {
namespace {

// DESIGN 5.3. Everything is ASCII and compared byte by byte.
constexpr const char* kCreateOffsets =
    "CREATE TABLE IF NOT EXISTS streamworker_offsets ("
    "app VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "sink VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "topic VARCHAR(249) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "part INT NOT NULL, "
    "next_offset BIGINT NOT NULL, "
    "epoch BIGINT NOT NULL DEFAULT 0, "
    "owner VARCHAR(191) CHARACTER SET utf8mb4 NOT NULL DEFAULT '', "
    "incarnation VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL, "
    "updated_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), "
    "PRIMARY KEY (app, sink, topic, part)) ENGINE=InnoDB";

std::optional<int64_t> number(const MysqlConnection::Cell& cell) {
  if (!cell) return {};
  int64_t value = 0;
  std::from_chars(cell->data(), cell->data() + cell->size(), value);
  return value;
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() &&
         std::string_view(text).substr(text.size() - end.size()) == end;
}

bool one_of(const std::string& text, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

// How the server compares a text column. Of the collations that compare bytes, those of MySQL 8 and
// the nopad ones do not ignore blanks at the end.
KeyOrder order_of_text(const ColumnFacts& column) {
  if (!one_of(column.type, {"varchar", "char"}) || !ends_with(column.collation, "_bin"))
    return KeyOrder::Unknown;
  const bool exact = column.collation.find("nopad") != std::string::npos ||
                     column.collation.find("0900") != std::string::npos;
  return exact && column.type == "varchar" ? KeyOrder::Exact : KeyOrder::Padded;
}

KeyOrder order_of(const Field& field, const ColumnFacts& column) {
  const auto exact_if = [](bool exact) { return exact ? KeyOrder::Exact : KeyOrder::Unknown; };
  switch (field.type.type) {
    case Type::Int:
    case Type::Bool:
      return exact_if(ends_with(column.type, "int"));
    case Type::Decimal:
      return exact_if(column.type == "decimal" && column.scale.value_or(0) >= field.type.scale);
    case Type::Timestamp:
      return exact_if(one_of(column.type, {"datetime", "timestamp"}) && column.fraction == 6);
    case Type::Date:
      return exact_if(column.type == "date");
    case Type::Bytes:
      return exact_if(column.type == "varbinary");
    case Type::Uuid:
      return column.type == "uuid" ? KeyOrder::Exact : order_of_text(column);
    case Type::String:
    case Type::Json:
      return order_of_text(column);
    case Type::Any:
    case Type::Double:
      break;
  }
  return KeyOrder::Unknown;
}

KeyOrder order_of_keys(const Table& table, const TableFacts& facts) {
  KeyOrder order = KeyOrder::Exact;
  for (const size_t slot : table.key) {
    const ColumnFacts* const column = facts.find(table.columns[slot].name);
    order = std::max(
        order, column == nullptr ? KeyOrder::Unknown : order_of(table.columns[slot], *column));
  }
  return order;
}

ColumnFacts column_of(const std::vector<MysqlConnection::Cell>& row) {
  ColumnFacts column;
  column.name = row[0].value_or("");
  column.type = row[1].value_or("");
  column.collation = row[2].value_or("");
  column.precision = number(row[3]);
  column.scale = number(row[4]);
  column.fraction = number(row[5]);
  const std::string extra = row[8].value_or("");
  column.automatic = extra.find("auto_increment") != std::string::npos;
  const bool generated = extra.find("GENERATED") != std::string::npos;
  column.required = row[6] == "NO" && !row[7] && !column.automatic && !generated;
  return column;
}

}  // namespace

Result<MysqlCatalog::Rows> MysqlCatalog::read(const std::string& statement) {
  Rows rows;
  if (auto fault = connection_.run(statement, &rows)) {
    cause_ = cause_of(fault->code);
    return error_of(*fault);
  }
  return rows;
}

std::string MysqlCatalog::schema_of(const TableName& name) const {
  if (name.schema.empty()) return "DATABASE()";
  std::string text;
  append_text(name.schema, connection_, text);
  return text;
}

std::string MysqlCatalog::where(const TableName& name) const {
  std::string table;
  append_text(name.table, connection_, table);
  // The catalog compares without case, the file system does not.
  return fmt::format(
      " WHERE TABLE_SCHEMA = {0} AND TABLE_NAME = {1} AND (@@lower_case_table_names <> 0 OR BINARY "
      "TABLE_NAME = {1})",
      schema_of(name), table);
}

Result<bool> MysqlCatalog::exists(const TableName& name) {
  auto rows = read("SELECT 1 FROM information_schema.TABLES" + where(name));
  if (!rows) return rows.error();
  return !rows->empty();
}

Result<void> MysqlCatalog::check_engine(const TableName& name) {
  auto rows = read(
      "SELECT t.TABLE_TYPE, t.ENGINE, e.TRANSACTIONS FROM (SELECT TABLE_TYPE, ENGINE FROM "
      "information_schema.TABLES" +
      where(name) + ") t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE");
  if (!rows) return rows.error();
  if (rows->empty()) {
    auto tables = read("SELECT TABLE_NAME, " + schema_of(name) +
                       " FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + schema_of(name) +
                       " ORDER BY TABLE_NAME");
    if (!tables) return tables.error();
    std::vector<std::string> names;
    for (const auto& row : *tables) names.push_back(row[0].value_or(""));
    const std::string schema = tables->empty() ? name.schema : tables->front()[1].value_or("");
    return no_such_table(name, schema, names);
  }
  const auto& row = rows->front();
  if (row[0] != "BASE TABLE")
    return stop(fmt::format("{} is not a table but a {}", name.table, row[0].value_or("view")));
  if (row[2] != "YES")
    return stop(fmt::format(
        "table {} is stored by {}, which has no transactions: ALTER TABLE {} ENGINE=InnoDB",
        name.table, row[1].value_or("an engine"), quoted(Dialect::Mysql, name)));
  return {};
}

Result<void> MysqlCatalog::prepare_offsets() {
  const TableName name{"", kOffsetsTable};
  auto there = exists(name);
  if (!there) return there.error();
  if (!*there)
    if (auto made = read(kCreateOffsets); !made)
      return context(made.error(), fmt::format("creating table {}", kOffsetsTable));
  return check_engine(name);
}

Result<TableFacts> MysqlCatalog::facts(const TableName& name) {
  auto columns = read(
      "SELECT COLUMN_NAME, LOWER(DATA_TYPE), COLLATION_NAME, NUMERIC_PRECISION, NUMERIC_SCALE, "
      "DATETIME_PRECISION, IS_NULLABLE, COLUMN_DEFAULT, EXTRA FROM information_schema.COLUMNS" +
      where(name) + " ORDER BY ORDINAL_POSITION");
  if (!columns) return columns.error();
  auto keys = read("SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS" +
                   where(name) + " AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX");
  if (!keys) return keys.error();
  TableFacts facts;
  for (const auto& row : *columns) facts.columns.push_back(column_of(row));
  for (const auto& row : *keys) {
    const std::string index = row[0].value_or("");
    if (facts.uniques.empty() || facts.uniques.back().name != index)
      facts.uniques.push_back({index, {}, true});
    UniqueFacts& unique = facts.uniques.back();
    unique.columns.push_back(row[1].value_or("an expression"));
    unique.whole = unique.whole && row[1] && !row[2];
  }
  return facts;
}

Result<MysqlCatalog::Ready> MysqlCatalog::prepare(const TableName& name, const Table& table) {
  if (table.create) {
    auto there = exists(name);
    if (!there) return there.error();
    if (!*there)
      if (auto made = read(create_table(Dialect::Mysql, name, table)); !made)
        return context(made.error(), fmt::format("creating table {}", table.name));
  }
  if (auto fine = check_engine(name); !fine) return fine.error();
  auto found = facts(name);
  if (!found) return found.error();
  auto warnings = check_table(Dialect::Mysql, name, table, *found);
  if (!warnings) return warnings.error();
  return Ready{order_of_keys(table, *found), std::move(*warnings)};
}

}  // namespace streamworker::sink
