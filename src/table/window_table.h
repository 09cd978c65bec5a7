// A table of tumbling or hopping windows (DESIGN 3.2).
//
// Two forms of rows. Tumbling windows, and hopping ones whose aggregates cannot be merged (first,
// last, collect_list), have a row for each window and key: a record changes all windows that it
// enters. Other hopping windows have a row for each pane and key, so that a record changes one row
// however many windows it is in; a window is its panes, merged when it is told of (window/hops.h).
//
// With `emit: final` a window is told of once, when it closes: ordered by (end, key). Rows are kept
// until `expires` behind their window's end, and go without a word.
#pragma once

#include <map>
#include <set>

#include "table/aggregate_step.h"
#include "table/table_time.h"
#include "window/hops.h"

namespace streamworker {

// Is there a row for each pane? Else there is one for each window.
bool keeps_panes(const Hops& hops, const Aggregates& calls);

struct WindowSettings {
  Hops hops;
  int64_t expires = 0;  // ms behind a window's end
  bool final = false;
  bool keep_late = false;
  std::optional<Duration> close_when_idle;  // behind a repartition: since its sources said so
  std::optional<int32_t>
      sources;  // partitions of the source behind a repartition; none: no repartition
};

class WindowTable final : public AggregateStep {
 public:
  WindowTable(std::unique_ptr<store::TableState> state, AggregateParts parts,
              store::RowBudget& budget, BadRecords& bad, Meters meters,
              const WindowSettings& settings);

  Result<void> load() override;
  void mark(int32_t source, const store::SourceMark& mark) override { time_.mark(source, mark); }
  Result<void> advance(const Meta& at) override;
  bool pass(std::optional<Duration> idle) override;

 protected:
  Result<void> take(const Value* values, const Meta& meta) override;
  bool has_changes() const override { return AggregateStep::has_changes() || !gone_.empty(); }
  void collect(std::vector<store::RowChange>& rows) override;
  void saved() override;

 private:
  RowWindow window_of(int64_t start) const { return {start, settings_.hops.end(start)}; }
  Result<void> late(const Meta& meta);
  Result<void> all_may_add(const WindowRange& windows, const Value* values, const Meta& meta);
  Result<void> take_windows(const WindowRange& windows, const Value* values, const Meta& meta);
  // Of a window that is put together from panes: its row, and what a record makes of it.
  struct Change {
    std::optional<TableRow> before;
    TableRow now;
  };
  Result<Change> change_of(int64_t window, const Value* values, const Meta& meta);
  Result<void> take_pane(const Pane& pane, const Value* values, const Meta& meta);
  // Of the key at hand.
  Result<Rows::Entry*> row_at(int64_t start, int64_t skip);
  Result<std::optional<TableRow>> merged(int64_t window, std::string_view text);
  Result<void> merge_pane(const Pane& pane, std::string_view text, std::optional<TableRow>& all);
  bool counts(int64_t window, const Pane& pane) const;
  Result<void> take_window(int64_t start, Rows::Entry& entry, const Value* values,
                           const Meta& meta);
  Result<void> close(const WindowRange& closing, const Meta& at);
  Result<void> close_window(int64_t window, const Meta& at);
  using Gathered = std::map<std::string, std::optional<TableRow>>;
  Result<void> gather_window(int64_t window, Gathered& rows);
  // By key; none: it cannot be put together.
  void put_together(const std::string& text, const TableRow& row, Gathered& rows);
  Result<void> gather(int64_t start, int64_t skip, Gathered& rows);
  Result<void> expire(int64_t now);

  WindowSettings settings_;
  const bool panes_;
  TableTime time_;
  std::map<int64_t, std::set<int64_t>> starts_;  // of windows or panes that have rows: their skips
  std::optional<int64_t> newest_;                // of those on the disk when the task began
  std::optional<int64_t> last_start_;            // of the last row
  int64_t last_skip_ = 0;
  std::vector<std::string> gone_;  // places of rows that are to be deleted
  std::string place_;
};

}  // namespace streamworker
