// Records to the worker's log: each with its origin and all its columns, or one text made by an
// expression. Lines of the module "record".
#pragma once

#include <functional>
#include <optional>

#include "base/log.h"
#include "codec/json_encoder.h"
#include "process/output.h"
#include "sql/expressions.h"

namespace streamworker {

class LogSink final : public Output {
 public:
  using Print = std::function<void(log::Level, std::string_view)>;
  // To the program's log; lines that are equal are all written.
  static void to_log(log::Level level, std::string_view line);

  // `text` has one column, the line. Without it: data[3]@120 key=… 2026-01-01 00:00:00 {…}
  LogSink(std::string name, const Schema& in, std::optional<sql::Expressions> text,
          log::Level level, std::string topic, Print to, BadRecords& bad);
  Result<void> process(const Batch& batch) override;

 private:
  Result<void> write(const Value* row, const Meta& meta);

  JsonEncoder encoder_;
  std::optional<sql::Expressions> text_;
  log::Level level_;
  std::string topic_;
  Print print_;
  BadRecords& bad_;
  Arena arena_;
  std::string line_;
};

}  // namespace streamworker
