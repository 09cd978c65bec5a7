#include "sink/statement.h"

#include <algorithm>

#include "base/format.h"

namespace streamworker::sink {
namespace {

bool in_key(const Table& table, size_t slot) {
  return std::find(table.key.begin(), table.key.end(), slot) != table.key.end();
}

// The slots that an upsert changes, that of `newest` last.
std::vector<size_t> changed_slots(const Table& table) {
  std::vector<size_t> slots;
  for (size_t slot = 0; slot < table.columns.size(); ++slot)
    if (!in_key(table, slot) && slot != table.newest) slots.push_back(slot);
  if (table.newest && !in_key(table, *table.newest)) slots.push_back(*table.newest);
  return slots;
}

std::string key_list(Dialect dialect, const Table& table) {
  std::string text;
  for (const size_t slot : table.key) {
    if (!text.empty()) text += ", ";
    text += quoted(dialect, table.columns[slot].name);
  }
  return text;
}

std::string mysql_tail(const Table& table) {
  const auto name = [&](size_t slot) { return quoted(Dialect::Mysql, table.columns[slot].name); };
  std::string newest;
  if (table.newest) newest = name(*table.newest);
  std::string sets;
  for (const size_t slot : changed_slots(table)) {
    const std::string column = name(slot);
    if (!sets.empty()) sets += ", ";
    sets += newest.empty()
                ? fmt::format("{0} = VALUES({0})", column)
                : fmt::format("{0} = IF({1} IS NULL OR VALUES({1}) >= {1}, VALUES({0}), {0})",
                              column, newest);
  }
  if (sets.empty()) sets = fmt::format("{0} = {0}", name(table.key.front()));
  return " ON DUPLICATE KEY UPDATE " + sets;
}

std::string sqlite_tail(const TableName& table_name, const Table& table) {
  std::string sets;
  for (const size_t slot : changed_slots(table)) {
    if (!sets.empty()) sets += ", ";
    sets += fmt::format("{0} = excluded.{0}", quoted(Dialect::Sqlite, table.columns[slot].name));
  }
  const std::string conflict =
      fmt::format(" ON CONFLICT ({}) DO ", key_list(Dialect::Sqlite, table));
  if (sets.empty()) return conflict + "NOTHING";
  std::string text = conflict + "UPDATE SET " + sets;
  if (table.newest) {
    const std::string newest = quoted(Dialect::Sqlite, table.columns[*table.newest].name);
    const std::string here = quoted(Dialect::Sqlite, table_name.table) + '.' + newest;
    text += fmt::format(" WHERE {0} IS NULL OR excluded.{1} >= {0}", here, newest);
  }
  return text;
}

std::string mysql_type(FieldType type, bool key) {
  switch (type.type) {
    case Type::Int:
      return "BIGINT";
    case Type::Double:
      return "DOUBLE";
    case Type::Bool:
      return "BOOLEAN";
    case Type::Decimal:
      return fmt::format("DECIMAL({},{})", type.precision, type.scale);
    case Type::Timestamp:
      return "DATETIME(6)";
    case Type::Date:
      return "DATE";
    case Type::Uuid:
      return "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin";
    case Type::Bytes:
      return key ? "VARBINARY(255)" : "LONGBLOB";
    case Type::Any:
    case Type::String:
    case Type::Json:
      break;
  }
  return key ? "VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
             : "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
}

std::string sqlite_type(FieldType type) {
  switch (type.type) {
    case Type::Any:
      return "";
    case Type::Int:
      return "INTEGER";
    case Type::Double:
      return "REAL";
    case Type::Bool:
      return "BOOLEAN";
    case Type::Decimal:
      return type.precision > 15 ? "TEXT"
                                 : fmt::format("DECIMAL({},{})", type.precision, type.scale);
    case Type::Bytes:
      return "BLOB";
    case Type::String:
    case Type::Timestamp:
    case Type::Date:
    case Type::Uuid:
    case Type::Json:
      break;
  }
  return "TEXT";
}

}  // namespace

std::string insert_head(Dialect dialect, const TableName& name, const Schema& columns) {
  std::string text = fmt::format("INSERT INTO {} (", quoted(dialect, name));
  for (size_t slot = 0; slot < columns.size(); ++slot) {
    if (slot != 0) text += ", ";
    text += quoted(dialect, columns[slot].name);
  }
  return text + ") VALUES ";
}

std::string insert_tail(Dialect dialect, const TableName& name, const Table& table) {
  if (!table.upsert) return {};
  return dialect == Dialect::Mysql ? mysql_tail(table) : sqlite_tail(name, table);
}

std::string delete_head(Dialect dialect, const TableName& name) {
  return fmt::format("DELETE FROM {} WHERE ", quoted(dialect, name));
}

std::string create_table(Dialect dialect, const TableName& name, const Table& table) {
  std::string text = fmt::format("CREATE TABLE IF NOT EXISTS {} (", quoted(dialect, name));
  for (size_t slot = 0; slot < table.columns.size(); ++slot) {
    const Field& field = table.columns[slot];
    const bool key = in_key(table, slot);
    if (slot != 0) text += ", ";
    text += quoted(dialect, field.name) + ' ';
    text += dialect == Dialect::Mysql ? mysql_type(field.type, key) : sqlite_type(field.type);
    text += key ? " NOT NULL" : " NULL";
  }
  if (!table.key.empty()) text += fmt::format(", PRIMARY KEY ({})", key_list(dialect, table));
  text += ')';
  return dialect == Dialect::Mysql ? text + " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4" : text;
}

}  // namespace streamworker::sink
