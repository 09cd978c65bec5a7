// A walk over hopping windows that are kept in panes (table/window_table.h), in the order (start of
// the window, key).
//
// The rows of a window are those of its panes, merged by key. Of each pane the next row is in
// memory, and one iterator goes from pane to pane: all are seen as they were when it was made.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "query/partition_rows.h"
#include "query/row_cursor.h"

namespace streamworker::query {

class PaneRows final : public PartitionRows {
 public:
  // `all`: every row of the partition. `reader` must outlive it.
  PaneRows(const TableReader& reader, rocks::Iterator all, const Range& range);

  bool valid() const override;
  Result<void> status() const override { return status_; }
  std::string_view place() const override { return place_; }
  Result<TableRow> row() const override;
  void next() override;

 private:
  using Place = std::tuple<std::string, int64_t, int64_t>;  // key's text, pane's start, its skip
  bool seek(int64_t start, int64_t skip, std::string_view text);
  void open(int64_t window, std::string_view text);
  void take_panes(std::string_view text);
  void take(int64_t start, int64_t skip, std::string_view text);
  void stand();

  const TableReader& reader_;
  const Hops& hops_;
  const std::string end_;
  rocks::Iterator disk_;
  int64_t window_ = 0;
  std::map<Place, std::string> heads_;  // the next row of each pane of the window
  std::string place_;
  Result<void> status_;
};

}  // namespace streamworker::query
