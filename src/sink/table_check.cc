#include "sink/table_check.h"

#include <algorithm>

#include "base/format.h"
#include "config/problems.h"

namespace streamworker::sink {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string full(const TableName& name) {
  return name.schema.empty() ? name.table : name.schema + '.' + name.table;
}

class Check {
 public:
  Check(Dialect dialect, const TableName& name, const Table& table, const TableFacts& facts)
      : dialect_(dialect), name_(name), table_(table), facts_(facts) {}

  Result<void> columns() const {
    std::vector<std::string> known;
    for (const ColumnFacts& column : facts_.columns) known.push_back(column.name);
    std::string problems;
    for (const Field& field : table_.columns.fields()) {
      if (facts_.find(field.name) != nullptr) continue;
      problems += fmt::format("{}table {} has no column \"{}\"{}", problems.empty() ? "" : "; ",
                              full(name_), field.name, config::did_you_mean(field.name, known));
    }
    for (const ColumnFacts& column : facts_.columns) {
      if (!column.required || written(column.name)) continue;
      problems += fmt::format(
          "{}column {}.{} must have a value and has no default, and the pipeline gives none",
          problems.empty() ? "" : "; ", full(name_), column.name);
    }
    if (!problems.empty()) return stop(problems);
    return {};
  }

  Result<void> key() const {
    if (!table_.upsert) return {};
    for (const UniqueFacts& unique : facts_.uniques)
      if (is_key(unique)) return {};
    return stop(fmt::format(
        "table {} has no unique key on ({}), which its upsert needs: CREATE UNIQUE INDEX {} ON {} "
        "({})",
        full(name_), key_list(false), quoted(dialect_, name_.table + "_key"),
        quoted(dialect_, name_), key_list(true)));
  }

  std::vector<std::string> warnings() const {
    std::vector<std::string> said;
    if (table_.upsert) warn_of_other_keys(said);
    for (const Field& field : table_.columns.fields()) warn_of_width(field, said);
    return said;
  }

 private:
  bool written(const std::string& column) const {
    const auto& fields = table_.columns.fields();
    return std::any_of(fields.begin(), fields.end(),
                       [&](const Field& field) { return same_name(field.name, column); });
  }

  bool is_key(const UniqueFacts& unique) const {
    return unique.whole && unique.columns.size() == table_.key.size() &&
           std::all_of(table_.key.begin(), table_.key.end(), [&](size_t slot) {
             return std::any_of(unique.columns.begin(), unique.columns.end(),
                                [&](const std::string& column) {
                                  return same_name(column, table_.columns[slot].name);
                                });
           });
  }

  std::string key_list(bool quote) const {
    std::string text;
    for (const size_t slot : table_.key) {
      if (!text.empty()) text += ", ";
      const std::string& column = table_.columns[slot].name;
      text += quote ? quoted(dialect_, column) : column;
    }
    return text;
  }

  // A counter that the pipeline does not write never collides.
  bool counts(const UniqueFacts& unique) const {
    return std::any_of(unique.columns.begin(), unique.columns.end(),
                       [&](const std::string& column) {
                         const ColumnFacts* const facts = facts_.find(column);
                         return facts != nullptr && facts->automatic && !written(column);
                       });
  }

  void warn_of_other_keys(std::vector<std::string>& said) const {
    for (const UniqueFacts& unique : facts_.uniques) {
      if (is_key(unique) || counts(unique)) continue;
      said.push_back(fmt::format(
          "table {} has a second unique key, {} ({}): a row that collides there changes, or is "
          "refused for, a row of another ({})",
          full(name_), unique.name, fmt::join(unique.columns, ", "), key_list(false)));
    }
  }

  void warn_of_width(const Field& field, std::vector<std::string>& said) const {
    const ColumnFacts* const column = facts_.find(field.name);
    if (column == nullptr || field.type.type != Type::Decimal || !column->scale) return;
    const int64_t whole = column->precision.value_or(0) - *column->scale;
    if (*column->scale >= field.type.scale && whole >= field.type.precision - field.type.scale)
      return;
    said.push_back(fmt::format(
        "column {}.{} is {}({},{}), narrower than {}: digits behind the point are rounded, values "
        "that are too large are refused",
        full(name_), column->name, column->type, column->precision.value_or(0), *column->scale,
        to_string(field.type)));
  }

  Dialect dialect_;
  const TableName& name_;
  const Table& table_;
  const TableFacts& facts_;
};

}  // namespace

const ColumnFacts* TableFacts::find(const std::string& column) const {
  const auto at = std::find_if(columns.begin(), columns.end(), [&](const ColumnFacts& facts) {
    return same_name(facts.name, column);
  });
  return at == columns.end() ? nullptr : &*at;
}

Result<std::vector<std::string>> check_table(Dialect dialect, const TableName& name,
                                             const Table& table, const TableFacts& facts) {
  const Check check(dialect, name, table, facts);
  if (auto fine = check.columns(); !fine) return fine.error();
  if (auto fine = check.key(); !fine) return fine.error();
  return check.warnings();
}

Error no_such_table(const TableName& name, const std::string& database,
                    const std::vector<std::string>& tables) {
  std::string known = config::did_you_mean(name.table, tables);
  if (known.empty() && !tables.empty() && tables.size() <= 20)
    known = fmt::format("; it has {}", fmt::join(tables, ", "));
  return stop(fmt::format("no table \"{}\" in database {}{}", full(name), database, known));
}

}  // namespace streamworker::sink
