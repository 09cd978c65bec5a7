// One expression on one row, for tests.
#pragma once

#include <string>
#include <vector>

#include "record/batch.h"
#include "sql/expressions.h"

namespace streamworker::sql {

inline WallTime noon() {  // 2026-01-31 12:00:00.250
  using namespace std::chrono_literals;
  return std::chrono::sys_days(std::chrono::year(2026) / 1 / 31) + 12h + 250ms;
}

// Owns what a row's evaluation needs.
class Bench {
 public:
  explicit Bench(std::optional<int64_t> seed = {}) : engine(clock, seed) {}

  Expressions compile(const std::string& expression, std::optional<FieldType> type = {}) {
    return Expressions(engine, Schema(fields), "", {{"out", expression, type}}, "data");
  }
  void field(const std::string& name, Type type, const Value& value) {
    fields.push_back({name, FieldType{type}, true});
    row.push_back(value);
  }
  Result<Value> eval(const std::string& expression, std::optional<FieldType> type = {}) {
    last.emplace(compile(expression, type));  // `_topic` is a view of it
    Value out;
    const Result<bool> passed = last->run(row.data(), meta, arena, &out);
    if (!passed) return passed.error();
    return out;
  }
  // The result as text: "NULL", "12", "0.5", "'text'", "x'6162'", "error: …".
  std::string text(const std::string& expression, std::optional<FieldType> type = {});

  ManualClock clock{noon()};
  Engine engine;
  std::vector<Field> fields;
  std::vector<Value> row;
  Meta meta;
  Arena arena;
  std::optional<Expressions> last;
};

std::string show(const Value& value);

inline std::string Bench::text(const std::string& expression, std::optional<FieldType> type) {
  const auto value = eval(expression, type);
  return value ? show(*value) : "error: " + value.error().message;
}

// "fault at 4: no such column: …", or "ok".
inline std::string fault(Bench& bench, const std::string& expression) {
  try {
    static_cast<void>(bench.compile(expression));
    return "ok";
  } catch (const ExpressionError& error) {
    return std::to_string(error.offset) + ": " + error.what();
  }
}

inline FieldType decimal(uint8_t precision, uint8_t scale) {
  return {Type::Decimal, precision, scale};
}

}  // namespace streamworker::sql
