// A row in a repartition topic: its binary form (row_format.h) in an envelope.
//
//   version (1) · flags (1: deleted, 2: taken back) · source partition · count · count × name id ·
//   count × value
//
// where count and source partition are varints and a name id is two bytes, a hash of the column's
// name. A reader whose schema has the same ids in the same order takes the values as they come;
// else it maps by id: columns that it does not know are left out, those that are missing are null.
//
// With flag 4 it is no row but a mark (DESIGN 3.1): version · flags · source partition · event time
// passed (ms, 8 bytes, little-endian) · 1: idle. It has no key.
//
// Bytes may come from anywhere: reading never goes out of bounds, and every error is a Skip.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/batch.h"

namespace streamworker {

// How far a source partition is, for those behind a repartition.
struct EnvelopeMark {
  int32_t source = 0;
  int64_t passed = 0;  // ms since the epoch
  bool idle = false;
  bool operator==(const EnvelopeMark&) const = default;
};
void append_mark(const EnvelopeMark& mark, std::string& out);
// None: it is a row.
std::optional<EnvelopeMark> mark_of(std::string_view bytes);

// One for each end of a repartition topic. `read` remembers the last foreign schema that it met, so
// it belongs to one thread; `append` may be called by any.
class Envelope {
 public:
  static constexpr unsigned char kVersion = 1;

  explicit Envelope(const Schema& schema);

  // Takes source_partition, deleted and taken_back of `meta` along.
  void append(const Value* row, const Meta& meta, std::string& out) const;
  // Fills all slots of `row` (as views of `bytes`) and these parts of `meta`. A value whose kind
  // is not that of its column is an error; a decimal of another scale is taken when no digit is
  // lost.
  Result<void> read(std::string_view bytes, Value* row, Meta& meta);

 private:
  Result<void> read_values(std::string_view bytes, std::string_view ids, Value* row);
  void map_ids(std::string_view ids);
  Result<void> fit(Value& value, size_t slot) const;

  Schema schema_;
  std::string ids_;            // name ids, as they are written
  std::string foreign_;        // ids that slots_ was made for
  std::vector<size_t> slots_;  // of each column of a foreign row; kIgnored
};

}  // namespace streamworker
