// Records that expressions make (`generate`, `sample`): one JSON object each.
//
// The expressions see the record's number as `n` (from 0; it is the position too) and the fields
// before them, and may use the random functions; _offset is n as well. A field has the type that it
// says, else that of the stream's field of its name, else what its expression gives. Record n
// depends on the seed and n alone (and on the clock, where an expression asks for the time).
#pragma once

#include <string>
#include <vector>

#include "codec/json_encoder.h"
#include "config/spec.h"
#include "source/record_source.h"
#include "sql/expressions.h"

namespace streamworker {

class Generator final : public RecordSource {
 public:
  // The clock must outlive it. Throws sql::ExpressionError, whose column is the index in `fields`.
  Generator(const config::Stream& stream, const config::Generate& generate, const Clock& clock);

  // Stop: an expression failed; the message names the field and n.
  Result<Fed> next() override;
  int64_t position() const override { return next_; }
  Result<void> seek(int64_t position) override;
  bool finished() const override { return count_ && next_ >= *count_; }
  bool finite() const override { return count_.has_value(); }

 private:
  Schema compile(const config::Stream& stream, const config::Generate& generate);

  const std::optional<int64_t> count_;
  sql::Engine engine_;
  std::vector<sql::Expressions> fields_;
  JsonEncoder encoder_;
  int64_t next_ = 0;
  std::vector<Value> row_;  // n, then the fields
  Arena arena_;
  std::string json_;
};

}  // namespace streamworker
