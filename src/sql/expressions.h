// Expressions of the pipeline file: a where and the columns of a select, compiled into one prepared
// SQLite statement whose parameters are the fields that they name. Bare columns never enter SQLite.
//
// Types in: string, uuid, json, date, timestamp as TEXT (timestamps `YYYY-MM-DD HH:MM:SS.SSS`,
// UTC), int and bool as INTEGER, double and decimal as REAL, bytes as BLOB. Types out: DESIGN 2.
// One Engine and its Expressions belong to one thread.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "record/batch.h"

namespace streamworker::sql {

// An expression that does not compile.
class ExpressionError : public std::runtime_error {
 public:
  ExpressionError(size_t which, size_t at, const std::string& message)
      : std::runtime_error(message), column(which), offset(at) {}
  static constexpr size_t kWhere = ~size_t{0};
  size_t column;  // which of `columns`, or kWhere
  size_t offset;  // of the fault in its text, from 0
};

struct Column {
  std::string name;
  std::string expression;
  std::optional<FieldType> type;  // what the result is converted to; none: DESIGN 2
};

// An in-memory SQLite connection with the added functions; its clock is ours. With a `seed`
// random(), random_between, one_of and uuid() are there too, and repeat for the same seed
// (generators only).
class Engine {
 public:
  explicit Engine(const Clock& clock, std::optional<int64_t> seed = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Generators: the randomness of record `n`, from its beginning; it depends on the seed and n
  // alone.
  void start_record(int64_t n);

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

// The fields and pseudo columns that an expression names, each once; `in` is what it may name. Of a
// text that is no expression those before its fault: whoever compiles it hears of that.
std::vector<Field> named_in(const std::string& expression, const Schema& in);

class Expressions {
 public:
  // An empty `where` lets every row pass. `topic` is what `_topic` stands for. Besides the fields
  // of `in` the names _key, _timestamp, _topic, _partition, _offset, _headers (a JSON object) are
  // there. Throws ExpressionError.
  Expressions(Engine& engine, const Schema& in, const std::string& where,
              const std::vector<Column>& columns, const std::string& topic);
  ~Expressions();
  Expressions(Expressions&&) noexcept;

  // The columns' names and types.
  const Schema& schema() const;
  // Evaluates one row into `out` (schema().size() slots); views of computed text go to `arena`,
  // those of bare columns stay where they were (`_topic`: in this object). False: the where said
  // no. Skip: an expression failed on this row, or its result does not fit the column's type.
  Result<bool> run(const Value* row, const Meta& meta, Arena& arena, Value* out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace streamworker::sql
