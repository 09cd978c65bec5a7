#include "sql/compiler.h"

#include <sqlite3.h>

#include "base/format.h"
#include "config/problems.h"
#include "sql/tokenizer.h"

namespace streamworker::sql {
namespace {

constexpr std::string_view kAlone = "SELECT 1 WHERE ";  // here an aggregate is an error

[[noreturn]] void fail(size_t column, const std::string& text, size_t at, const std::string& what,
                       const std::string& advice = {}) {
  throw ExpressionError(column, at,
                        fmt::format("{} (in \"{}\", at {}){}", what, text, at + 1, advice));
}

std::string without_prefix(std::string message) {
  constexpr std::string_view prefix = "SQLite: ";
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  return message;
}

}  // namespace

Rewritten Compiler::rewrite_or_throw(size_t column, const std::string& text) {
  try {
    return rewrite(text, names_, parameters_);
  } catch (const SyntaxFault& fault) {
    fail(column, text, fault.at, fault.what());
  } catch (const UnknownName& unknown) {
    const std::string hint = unknown.quoted ? "; text stands in single quotes" : "";
    fail(column, text, unknown.at, "no such column: " + unknown.name,
         hint + names_.advice(unknown.name));
  }
}

// "; did you mean …" for a function that is not there.
std::string Compiler::unknown_function(const std::string& message) const {
  constexpr std::string_view prefix = "no such function: ";
  if (!message.starts_with(prefix)) return {};
  std::vector<std::string> known;
  sqlite3* const db = engine_.connection.handle();
  sqlite3_set_authorizer(db, nullptr, nullptr);
  auto names = Statement::prepare(engine_.connection,
                                  "SELECT DISTINCT name FROM pragma_function_list ORDER BY name");
  while (names) {
    const auto row = names->step();
    if (!row || !*row) break;
    known.push_back(names->text_at(0));
  }
  engine_.authorize();
  return config::did_you_mean(message.substr(prefix.size()), known);
}

void Compiler::check(size_t column, const std::string& text, const Rewritten& rewritten) {
  engine_.refusal.clear();
  auto statement = Statement::prepare(engine_.connection, std::string(kAlone) + rewritten.sql);
  if (statement) return try_with_nulls(column, text, *statement);
  const int offset = sqlite3_error_offset(engine_.connection.handle());
  const auto before = static_cast<int>(kAlone.size());
  const size_t at = offset < before ? 0 : rewritten.place(static_cast<size_t>(offset - before));
  if (!engine_.refusal.empty()) fail(column, text, at, engine_.refusal);
  const std::string message = without_prefix(statement.error().message);
  fail(column, text, at, message, unknown_function(message));
}

// Constants that a function refuses are known before the first record.
void Compiler::try_with_nulls(size_t column, const std::string& text, Statement& statement) {
  engine_.memory.bad_constant = false;
  const auto row = statement.step();
  if (!row && engine_.memory.bad_constant)
    fail(column, text, 0, without_prefix(row.error().message));
}

void Compiler::add(size_t column, const std::string& text) {
  const Rewritten rewritten = rewrite_or_throw(column, text);
  check(column, text, rewritten);
  if (column == ExpressionError::kWhere) {
    where_ = " WHERE " + rewritten.sql;
  } else {
    results_ += (results_.empty() ? "" : ", ") + rewritten.sql;
  }
}

Statement Compiler::finish() {
  auto statement = Statement::prepare(engine_.connection,
                                      "SELECT " + (results_.empty() ? "1" : results_) + where_);
  if (!statement) throw ExpressionError(0, 0, without_prefix(statement.error().message));
  return std::move(*statement);
}

}  // namespace streamworker::sql
