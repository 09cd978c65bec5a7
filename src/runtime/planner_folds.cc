// The folds of a table: which fields of the record and columns of the row they name, and as what
// they are kept.
#include <algorithm>

#include "base/format.h"
#include "runtime/select.h"
#include "runtime/table_parts.h"

namespace streamworker {

namespace {

// The key that a record's field is, under its own name.
bool is_itself(const config::Column& key) {
  return !key.type &&
         (key.expression.value == key.name || key.expression.value == quoted(key.name));
}

// What a row has: its key, its window, its columns.
Schema own_fields(const config::Table& table, const Schema& record) {
  std::vector<Field> fields;
  for (const config::Column& key : table.key) {
    const auto slot = is_itself(key) ? record.find(key.name) : std::nullopt;
    fields.push_back(slot ? record[*slot] : Field{key.name, {}, true});
  }
  if (table.window)
    for (const char* name : {kWindowStart, kWindowEnd}) fields.push_back({name, {Type::Timestamp}});
  for (const config::Column& column : table.columns) fields.push_back({column.name, {}, true});
  return Schema(std::move(fields));
}

// Does the name of something in the row mean something else in the record?
bool is_ambiguous(const config::Table& table, const Schema& record, const std::string& name) {
  return record.find(name) &&
         std::none_of(table.key.begin(), table.key.end(),
                      [&](const auto& key) { return key.name == name && is_itself(key); });
}

}  // namespace

// Before the transform that the fields go through. False, and problems: something is wrong.
bool Planner::find_folds(const config::Table& table, const Source& source, TableParts& parts) {
  const size_t before = problems_.size();
  const Schema own = own_fields(table, source.schema);
  std::vector<Field> all = own.fields();
  for (const Field& field : source.schema.fields())
    if (!own.find(field.name)) all.push_back(field);
  const Schema names(std::move(all));
  std::vector<const config::Text*> texts;
  for (const config::TableColumn& column : table.columns) {
    if (!column.init) continue;
    refuse_fold(table, source, column);
    if (const auto named = sql::named_in(column.init->value, names); !named.empty())
      problem(*column.init, "is what a fold begins with, a constant, and names " + named[0].name);
    find_fold_names(table, source.schema, column, names, parts);
    parts.folds.nexts.push_back({column.name, column.expression.value, column.type});
    texts.push_back(&column.expression);
  }
  if (texts.empty()) return true;
  const auto made = try_expressions(names, {"", parts.folds.nexts}, texts, nullptr);
  if (!made || problems_.size() > before) return false;
  for (const Field& fold : made->fields()) parts.fold_types.push_back(fold.type);
  return true;
}

// `names`: the fields of the row, then those of the record.
void Planner::find_fold_names(const config::Table& table, const Schema& record,
                              const config::TableColumn& column, const Schema& names,
                              TableParts& parts) {
  const size_t own = table.key.size() + (table.window ? 2 : 0) + table.columns.size();
  for (const Field& field : sql::named_in(column.expression.value, names)) {
    const auto slot = names.find(field.name);
    if (!slot || *slot >= own) {
      const auto same = [&](const Field& one) { return one.name == field.name; };
      if (std::none_of(parts.fold_fields.begin(), parts.fold_fields.end(), same))
        parts.fold_fields.push_back(field);
    } else if (is_ambiguous(table, record, field.name)) {
      problem(column.expression,
              fmt::format("{} is a field of the record and a column of the table's row; give the "
                          "column another name",
                          field.name));
    } else {
      parts.fold_columns.insert(field.name);
    }
  }
}

void Planner::refuse_fold(const config::Table& table, const Source& source,
                          const config::TableColumn& column) {
  if (source.changes())
    problem(column.expression,
            "a fold cannot take back what a row of a table was before it changed; count, sum, avg, "
            "stddev, variance, histogram and collect_ can");
  if (table.window && table.window->session)
    problem(column.expression,
            "a record can make two sessions one, and there is no telling what two folds make: take "
            "tumbling or hopping windows, or aggregates");
}

// Behind the transform: the fields are the last ones of the source.
void Planner::add_folds(const config::Table& table, const Source& source, TableParts& parts) {
  const auto& fields = source.schema.fields();
  parts.folds.record =
      Schema({fields.end() - static_cast<long>(parts.fold_fields.size()), fields.end()});
  for (const Field& field : parts.folds.record.fields())
    parts.fingerprint += fmt::format("{}: {}\n", field.name, to_string(field.type));
  size_t fold = 0;
  for (const config::TableColumn& column : table.columns) {
    if (!column.init) continue;
    const FieldType type = parts.fold_types[fold++];
    Arena arena;
    if (const auto init = constant(*column.init, column.name, type, arena))
      parts.calls.push_back(fold_of(column.name, type, *init));
  }
  for (const sql::Column& column : parts.split.columns)
    if (parts.fold_columns.contains(column.name)) parts.folds.seen.push_back(column);
}

// None, and a problem: it cannot be told, or is not of this type.
std::optional<Value> Planner::constant(const config::Text& text, const std::string& name,
                                       FieldType type, Arena& arena) {
  std::optional<FieldType> as;
  if (type.type != Type::Any) as = type;
  try {
    sql::Expressions made(engine_, Schema(), "", {{name, text.value, as}}, "");
    Value value;
    auto done = made.run(nullptr, Meta(), arena, &value);
    if (done) return value;
    problem(text, done.error().message);
  } catch (const sql::ExpressionError& error) {
    const std::string message = error.what();
    const bool unknown = message.starts_with("no such column");
    problem(text, message + (unknown ? "; text stands in single quotes" : ""));
  }
  return {};
}

}  // namespace streamworker
