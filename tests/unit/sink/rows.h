// Tables and batches for the tests of sink/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sink/database.h"

namespace streamworker::sink {

// id (the key), text, seen (the newest, when asked for)
inline Table small_table(bool upsert = true, bool newest = false) {
  Table table;
  table.name = "t";
  table.columns = Schema({{"id", {Type::String}}, {"text", {Type::String}}, {"seen", {Type::Int}}});
  table.upsert = upsert;
  if (upsert) table.key = {0};
  if (newest) table.newest = 2;
  return table;
}

// Fills a batch; texts are copied. Offsets count from 0.
class Filler {
 public:
  explicit Filler(Batch& batch) : batch_(batch) {}

  Filler& row(const std::vector<Value>& values, bool deleted = false) {
    Meta meta;
    meta.offset = static_cast<Offset>(batch_.size());
    meta.deleted = deleted;
    batch_.keep(values.data(), meta);
    return *this;
  }
  Filler& put(const std::string& id, const std::string& text, Value seen = {}) {
    return row({Value::of_string(id), Value::of_string(text), seen});
  }
  Filler& erase(const std::string& id) { return row({Value::of_string(id), {}, {}}, true); }

 private:
  Batch& batch_;
};

// Takes what a database refuses, by offset; or answers with an error.
class Refusals final : public RowRefusals {
 public:
  Result<void> take(const PartId&, const Batch& rows,
                    const std::vector<RefusedRow>& refused) override {
    ++calls;
    taken.clear();
    for (const RefusedRow& one : refused) taken[rows.meta(one.row).offset] = one.message;
    if (answer) return *answer;
    return {};
  }
  std::map<Offset, std::string> taken;
  std::optional<Error> answer;
  int calls = 0;
};

// As a stream with `on_error: fail` has it: the first refused row is a Stop.
class StopAtRefusals final : public RowRefusals {
 public:
  Result<void> take(const PartId&, const Batch&, const std::vector<RefusedRow>& refused) override {
    if (refused.empty()) return {};
    return stop(refused.front().message);
  }
};

inline Result<Written> write(Database& database, const Delivery& delivery) {
  StopAtRefusals refusals;
  return database.write(delivery, refusals);
}

}  // namespace streamworker::sink
