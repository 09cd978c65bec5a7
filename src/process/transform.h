// where and select: hands on the rows that pass, with the columns that the select makes.
//
// Of a table's changes (Meta::taken_back, Meta::deleted) a row that passed and does not any more is
// handed on as deleted; one that never passed is not told of.
#pragma once

#include <optional>

#include "base/metrics.h"
#include "process/relay.h"
#include "sql/expressions.h"

namespace streamworker {

class Transform final : public Relay {
 public:
  // `where` is the where of `expressions` alone, to tell whose fault a bad record is; none: there
  // is no where.
  // `changes`: what comes is what a table hands on.
  Transform(sql::Expressions expressions, std::optional<sql::Expressions> where, BadRecords& bad,
            Counter filtered, bool changes = false);
  Result<void> process(const Batch& batch) override;

 private:
  Result<bool> add(const Value* row, const Meta& meta);
  Result<void> add_change(const Value* row, const Meta& meta);
  Result<void> refuse(const Value* row, const Meta& meta, const Error& error);

  sql::Expressions expressions_;
  std::optional<sql::Expressions> where_;
  BadRecords& bad_;
  Counter filtered_;
  const bool changes_;
  bool passed_ = false;  // of a change: the row as it was
  Batch out_;
};

}  // namespace streamworker
