// One aggregate call on one row, spoken to in few words.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "table/aggregates.h"

namespace streamworker {

inline const FieldType kAny{};
inline const FieldType kInt{Type::Int};
inline const FieldType kDouble{Type::Double};
inline const FieldType kString{Type::String};
inline const Value kNull;
FieldType decimal(int precision, int scale);
// "12.50" as decimal(38,2).
Value decimal_value(std::string_view text, int scale);
AggregateArgument constant(Value value);

// `function(x, y …)` of these types.
AggregateCall call_of(std::string function, std::vector<AggregateArgument> arguments);
// REQUIRES: it compiles.
Aggregate compiled(const AggregateCall& call);
// A value as people read it; "null"; doubles with all their digits.
std::string show(const Value& value);

class OneCall {
 public:
  explicit OneCall(const AggregateCall& call);
  OneCall(std::string function, std::vector<AggregateArgument> arguments)
      : OneCall(call_of(std::move(function), std::move(arguments))) {}

  // Takes one record. The message of an error; empty: none.
  std::string add(std::initializer_list<Value> args);
  std::string take_back(std::initializer_list<Value> args);
  // Takes the values one by one, as records of one argument. REQUIRES: no error.
  OneCall& with(std::initializer_list<Value> values);
  std::string merge(const OneCall& from);

  Value value();
  std::string result() { return show(value()); }
  std::string bytes() const;
  // Writes the state and goes on with what is read back.
  void reread();

  Aggregates calls;
  AggregateRow row;
  Arena arena;
};

inline Value i(int64_t v) { return Value::of_int(v); }
inline Value d(double v) { return Value::of_double(v); }
inline Value s(std::string_view v) { return Value::of_string(v); }

}  // namespace streamworker
