#include "sink/sqlite_catalog.h"

#include <algorithm>

#include "base/format.h"
#include "sink/statement.h"

namespace streamworker::sink {
namespace {

// The declared type without its lengths, in lower case.
std::string bare(const std::string& type) {
  std::string text = type.substr(0, type.find('('));
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// A collation other than BINARY may see two of our keys as one. So may a column that changes what
// it is given: numbers beside text.
KeyOrder order_of_keys(const Table& table, const TableFacts& facts) {
  for (const size_t slot : table.key) {
    const ColumnFacts* const column = facts.find(table.columns[slot].name);
    const Type type = table.columns[slot].type.type;
    const bool texts = type == Type::String || type == Type::Uuid || type == Type::Timestamp ||
                       type == Type::Date || type == Type::Json;
    const bool numbers = type == Type::Int || type == Type::Bool;
    if (column == nullptr || !column->collation.empty()) return KeyOrder::Unknown;
    const bool text_column =
        column->type == "text" || column->type.find("char") != std::string::npos;
    const bool number_column = column->type.find("int") != std::string::npos;
    if (!(texts && text_column) && !(numbers && number_column)) return KeyOrder::Unknown;
  }
  return KeyOrder::Exact;
}

}  // namespace

Result<std::vector<std::string>> SqliteCatalog::tables() {
  auto found = sql::Statement::prepare(
      connection_,
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  if (!found) return found.error();
  std::vector<std::string> names;
  auto row = found->step();
  for (; row && *row; row = found->step()) names.push_back(found->text_at(0));
  if (!row) return row.error();
  return names;
}

Result<void> SqliteCatalog::read_index(UniqueFacts& unique, TableFacts& facts) {
  auto found = sql::Statement::prepare(
      connection_, "SELECT name, coll FROM pragma_index_xinfo(?1) WHERE key ORDER BY seqno");
  if (!found) return found.error();
  found->bind(1, Value::of_string(unique.name));
  auto row = found->step();
  for (; row && *row; row = found->step()) {
    unique.whole = unique.whole && !found->null_at(0);
    unique.columns.push_back(found->null_at(0) ? "an expression" : found->text_at(0));
    const auto column =
        std::find_if(facts.columns.begin(), facts.columns.end(),
                     [&](const ColumnFacts& it) { return it.name == unique.columns.back(); });
    if (column != facts.columns.end() && found->text_at(1) != "BINARY")
      column->collation = found->text_at(1);
  }
  if (!row) return row.error();
  return {};
}

Result<void> SqliteCatalog::read_uniques(const TableName& name, TableFacts& facts) {
  auto found = sql::Statement::prepare(
      connection_, "SELECT name, partial FROM pragma_index_list(?1) WHERE \"unique\"");
  if (!found) return found.error();
  found->bind(1, Value::of_string(name.table));
  auto row = found->step();
  for (; row && *row; row = found->step())
    facts.uniques.push_back({found->text_at(0), {}, found->int_at(1) == 0});
  if (!row) return row.error();
  for (UniqueFacts& unique : facts.uniques)
    if (auto done = read_index(unique, facts); !done) return done;
  return {};
}

Result<TableFacts> SqliteCatalog::facts(const TableName& name) {
  auto found = sql::Statement::prepare(
      connection_,
      "SELECT name, type, \"notnull\" AND dflt_value IS NULL, pk, hidden FROM "
      "pragma_table_xinfo(?1)");
  if (!found) return found.error();
  found->bind(1, Value::of_string(name.table));
  TableFacts facts;
  UniqueFacts rowid{"the primary key", {}, true};
  auto row = found->step();
  for (; row && *row; row = found->step()) {
    ColumnFacts column;
    column.name = found->text_at(0);
    column.type = bare(found->text_at(1));
    const bool key = found->int_at(3) != 0;
    column.automatic = key && column.type == "integer";
    column.required = found->int_at(2) != 0 && !column.automatic && found->int_at(4) == 0;
    if (key) rowid.columns.push_back(column.name);
    facts.columns.push_back(column);
  }
  if (!row) return row.error();
  if (auto done = read_uniques(name, facts); !done) return done.error();
  // An INTEGER PRIMARY KEY is the rowid and has no index of its own.
  const ColumnFacts* const key = rowid.columns.size() == 1 ? facts.find(rowid.columns[0]) : nullptr;
  if (key != nullptr && key->automatic) facts.uniques.push_back(rowid);
  return facts;
}

Result<SqliteCatalog::Ready> SqliteCatalog::prepare(const TableName& name, const Table& table) {
  if (table.create)
    if (auto made = connection_.run(create_table(Dialect::Sqlite, name, table)); !made)
      return context(made.error(), "creating table " + table.name);
  auto found = facts(name);
  if (!found) return found.error();
  if (found->columns.empty()) {
    auto known = tables();
    if (!known) return known.error();
    return no_such_table(name, path_, *known);
  }
  auto warnings = check_table(Dialect::Sqlite, name, table, *found);
  if (!warnings) return warnings.error();
  return Ready{order_of_keys(table, *found), std::move(*warnings)};
}

}  // namespace streamworker::sink
