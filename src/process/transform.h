// where and select: hands on the rows that pass, with the columns that the select makes.
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
  Transform(sql::Expressions expressions, std::optional<sql::Expressions> where, BadRecords& bad,
            Counter filtered);
  Result<void> process(const Batch& batch) override;

 private:
  Result<void> refuse(const Value* row, const Meta& meta, const Error& error);

  sql::Expressions expressions_;
  std::optional<sql::Expressions> where_;
  BadRecords& bad_;
  Counter filtered_;
  Batch out_;
};

}  // namespace streamworker
