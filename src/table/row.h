// A row of an aggregate table in memory and as bytes.
//
//   version (1) · flags (1: its readers have it, 2: of a session, 4: it goes after a while) · of a
//   session its last event time (8 bytes as in store/ordered.h) · of one that goes the time of its
//   place in the queue, and that of its last change (likewise) · the key's values, with their size
//   in front · the state of the aggregates (aggregates.h)
//
// The key's values stand beside the key's text, from which they could not be told; of a key that is
// one string they are the text, and left out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "record/batch.h"
#include "table/aggregates.h"

namespace streamworker {

// Of a row that goes when it was not changed for a while: stream time, ms since the epoch.
struct RowAge {
  int64_t queued = 0;   // its place in the store's queue: not after `changed`
  int64_t changed = 0;  // when it last was
  bool placed = false;  // that place is on the disk
};

struct TableRow {
  AggregateRow state;
  std::string key;     // values, as bytes (record/row_format.h)
  bool shown = false;  // what reads the table has it; false: never told, or told that it is gone
  std::optional<int64_t> last = {};  // of a session: ms since the epoch
  std::optional<RowAge> age = {};    // of a table with `ttl`
};

// The time of a row's place in the queue, from its bytes; none: it has none.
std::optional<int64_t> queue_time_of(std::string_view bytes);

class TableRowForm {
 public:
  // `key`: the fields of the key.
  TableRowForm(const Aggregates& calls, const Schema& key);

  TableRow make() const { return {calls_.make_row(), {}, false, {}, {}}; }
  // Stop: these are no row of this table.
  Result<TableRow> read(std::string_view bytes) const;
  void append(const TableRow& row, std::string& out) const;
  size_t bytes(const TableRow& row) const { return calls_.bytes(row.state) + row.key.capacity(); }

  // The key's values of a new row.
  void keep_key(const Value* values, TableRow& row) const;
  // The values again, as views into `text`, the key as it stands on the wire, or into the row.
  // False: the row is damaged.
  [[nodiscard]] bool key_of(const TableRow& row, std::string_view text, Value* values) const;

 private:
  const Aggregates& calls_;
  size_t width_;
  bool plain_;  // one string
};

}  // namespace streamworker
