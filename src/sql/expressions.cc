#include "sql/expressions.h"

#include <sqlite3.h>

#include "record/utf8.h"
#include "sql/binder.h"
#include "sql/compiler.h"
#include "sql/convert.h"
#include "sql/pseudo.h"
#include "sql/rewrite.h"
#include "sql/tokenizer.h"

namespace streamworker::sql {
namespace {

// Where the i-th column of a step comes from.
struct Output {
  std::optional<Source> bare;     // none: the statement's next result
  std::optional<FieldType> type;  // what it has to be converted to
};

std::optional<FieldType> conversion(const Field& from, const std::optional<FieldType>& to) {
  return to && *to != from.type ? to : std::nullopt;
}

// The storage class as a value; views are SQLite's.
Value raw_result(sqlite3_stmt* statement, int i) {
  switch (sqlite3_column_type(statement, i)) {
    case SQLITE_INTEGER:
      return Value::of_int(sqlite3_column_int64(statement, i));
    case SQLITE_FLOAT:
      return Value::of_double(sqlite3_column_double(statement, i));
    case SQLITE_NULL:
      return {};
    default:
      break;
  }
  const bool text = sqlite3_column_type(statement, i) == SQLITE_TEXT;
  const void* const data = sqlite3_column_blob(statement, i);
  const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, i));
  const std::string_view view(size == 0 ? "" : static_cast<const char*>(data), size);
  return text ? Value::of_string(view) : Value::of_bytes(view);
}

}  // namespace

struct Expressions::State {
  State(Engine::State& of, std::string of_topic) : engine(of), topic(std::move(of_topic)) {}

  void add_output(const Names& names, Compiler& compiler, size_t i, const Column& column,
                  std::vector<Field>& fields);
  Result<Value> fitted(size_t i, const Value& value, Arena& arena);
  Result<Value> bare(size_t i, const Value* row, const Meta& meta, Arena& arena);
  Result<Value> computed(size_t i, int result, Arena& arena);
  Result<bool> evaluate(const Value* row, const Meta& meta, Arena& arena, Value* out);
  Result<void> read_results(Arena& arena, Value* out);

  Engine::State& engine;
  std::string topic;
  Schema schema;
  std::vector<Output> outputs;
  Binder binder{Parameters{}};
  Statement statement;  // none when all columns are bare and every row passes
  std::string scratch;
};

void Expressions::State::add_output(const Names& names, Compiler& compiler, size_t i,
                                    const Column& column, std::vector<Field>& fields) {
  const auto source = bare_column(column.expression, names);
  if (!source) {
    compiler.add(i, column.expression);
    fields.push_back({column.name, column.type.value_or(FieldType{}), true});
    outputs.push_back({std::nullopt, column.type});
    return;
  }
  Field field = names.field(*source);
  const auto type = conversion(field, column.type);
  if (type) field = Field{column.name, *type, field.nullable};
  field.name = column.name;
  fields.push_back(std::move(field));
  outputs.push_back({*source, type});
}

// The value in the type of column `i`.
Result<Value> Expressions::State::fitted(size_t i, const Value& value, Arena& arena) {
  const auto& type = outputs[i].type;
  if (!type || value.is_null()) return value;
  const auto converted = convert(value, *type, arena);
  const bool fits = converted && (type->type != Type::Json || engine.is_json(converted->as_view()));
  if (!fits)
    return skip(schema[i].name + ": " + describe(value) + " does not fit " + to_string(*type));
  return *converted;
}

Result<Value> Expressions::State::bare(size_t i, const Value* row, const Meta& meta, Arena& arena) {
  const Source& source = *outputs[i].bare;
  if (!source.pseudo)
    return outputs[i].type ? fitted(i, row[source.slot], arena) : row[source.slot];
  auto value = pseudo_value(*source.pseudo, meta, topic, scratch);
  if (!value) return value;
  if (*source.pseudo == Pseudo::Headers) value = Value::of_json(arena.copy(value->as_view()));
  return fitted(i, *value, arena);
}

Result<Value> Expressions::State::computed(size_t i, int result, Arena& arena) {
  const Value raw = raw_result(statement.handle(), result);
  if (raw.kind() == Value::Kind::String && !is_utf8(raw.as_view()))
    return skip(schema[i].name + ": the result is text that is not UTF-8");
  auto value = fitted(i, raw, arena);
  if (!value || !value->is_view()) return value;
  if (value->as_view().data() != raw.as_view().data()) return value;  // in the arena already
  const std::string_view kept = arena.copy(value->as_view());
  if (value->kind() == Value::Kind::String) return Value::of_string(kept);
  return value->kind() == Value::Kind::Json ? Value::of_json(kept) : Value::of_bytes(kept);
}

Result<void> Expressions::State::read_results(Arena& arena, Value* out) {
  int result = 0;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].bare) continue;
    const auto value = computed(i, result++, arena);
    if (!value) return value.error();
    out[i] = *value;
  }
  return {};
}

Result<bool> Expressions::State::evaluate(const Value* row, const Meta& meta, Arena& arena,
                                          Value* out) {
  const auto bound = binder.bind(statement.handle(), row, meta, topic);
  if (!bound) return bound.error();
  const int code = sqlite3_step(statement.handle());
  Result<bool> passed = code == SQLITE_ROW;
  if (code == SQLITE_ROW) {
    const auto read = read_results(arena, out);
    if (!read) passed = read.error();
  } else if (code != SQLITE_DONE) {
    const std::string message = sqlite3_errmsg(engine.connection.handle());
    passed = code == SQLITE_NOMEM ? retry(message) : skip(message);
  }
  sqlite3_reset(statement.handle());
  return passed;
}

std::vector<Field> named_in(const std::string& expression, const Schema& in) {
  const Names names(in);
  Parameters parameters;
  try {
    (void)rewrite(expression, names, parameters);
  } catch (const SyntaxFault&) {
  } catch (const UnknownName&) {
  }
  std::vector<Field> fields;
  for (const Source& source : parameters) fields.push_back(names.field(source));
  return fields;
}

Expressions::Expressions(Engine& engine, const Schema& in, const std::string& where,
                         const std::vector<Column>& columns, const std::string& topic)
    : state_(std::make_unique<State>(engine.state(), topic)) {
  const Names names(in);
  Compiler compiler(engine.state(), names);
  std::vector<Field> fields;
  if (!where.empty()) compiler.add(ExpressionError::kWhere, where);
  for (size_t i = 0; i < columns.size(); ++i)
    state_->add_output(names, compiler, i, columns[i], fields);
  state_->schema = Schema(std::move(fields));
  state_->binder = Binder(compiler.parameters());
  if (compiler.anything()) state_->statement = compiler.finish();
}

Expressions::~Expressions() = default;
Expressions::Expressions(Expressions&&) noexcept = default;

const Schema& Expressions::schema() const { return state_->schema; }

Result<bool> Expressions::run(const Value* row, const Meta& meta, Arena& arena, Value* out) {
  State& state = *state_;
  if (state.statement.handle() != nullptr) {
    auto passed = state.evaluate(row, meta, arena, out);
    if (!passed || !*passed) return passed;
  }
  for (size_t i = 0; i < state.outputs.size(); ++i) {
    const Output& output = state.outputs[i];
    if (!output.bare) continue;
    if (!output.type && !output.bare->pseudo) {
      out[i] = row[output.bare->slot];
      continue;
    }
    const auto value = state.bare(i, row, meta, arena);
    if (!value) return value.error();
    out[i] = *value;
  }
  return true;
}

}  // namespace streamworker::sql
