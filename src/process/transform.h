// where and select: hands on the rows that pass, with the columns that the select makes.
#pragma once

#include "base/metrics.h"
#include "process/relay.h"
#include "sql/expressions.h"

namespace streamworker {

class Transform final : public Relay {
 public:
  Transform(sql::Expressions expressions, BadRecords& bad, Counter filtered);
  Result<void> process(const Batch& batch) override;

 private:
  sql::Expressions expressions_;
  BadRecords& bad_;
  Counter filtered_;
  Batch out_;
};

}  // namespace streamworker
