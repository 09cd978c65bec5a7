// The tables of a plan, and which partitions of them can be read here and now (DESIGN 7.2).
//
// Stream threads say what they have open (TableObserver); readers of other threads ask for it and
// share the open database while they read. Rows are read only while their owner serves its group:
// one that has not for half the session timeout may have lost the partition to somebody else.
//
// Any thread may call.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "codec/worker_entry.h"
#include "query/row_json.h"
#include "query/window_form.h"
#include "runtime/plan.h"
#include "runtime/table_observer.h"

namespace streamworker::query {

// A table as its readers see it; lives as long as Tables.
struct TableInfo {
  std::string name;
  const TablePlan* plan = nullptr;
  Schema shown;  // the key's fields, window_start and window_end where there are windows, columns
  RowJson json;
  std::optional<WindowForm> windows;  // none: a table without

  bool windowed() const { return windows.has_value(); }
  // Where the columns begin in `shown`.
  size_t first_column() const { return plan->key.size() + (windowed() ? 2 : 0); }
};

// Partitions of one table that can be read.
struct Readable {
  std::vector<std::shared_ptr<const store::Partition>> rows;
  std::vector<int32_t> partitions;  // which they are
  int32_t of = 0;                   // how many the table has, here and elsewhere
  // As they were at a moment, for each; empty: each walk sees them as they are when it begins.
  std::vector<std::shared_ptr<const rocks::Snapshot>> at;

  // At this one, from now on.
  void freeze() {
    for (const auto& partition : rows) at.push_back(partition->snapshot());
  }
};

class Tables final : public TableObserver {
 public:
  // Both must outlive it.
  Tables(const Plan& plan, const Clock& clock);

  void show(OpenTable table) override;
  void hide(const Heartbeat& owner) override;
  void withdraw(const Heartbeat& owner) override;

  // By name.
  const std::vector<TableInfo>& all() const { return tables_; }
  // Null: there is no such table.
  const TableInfo* find(std::string_view name) const;
  // All partitions that are this worker's. Retry: one of them is not there to be read yet, or none
  // is this worker's at all.
  Result<Readable> readable(const TableInfo& table) const;
  // The one that holds this key, which murmur2 chose: streams with other partitioners are
  // repartitioned before they come to a table. Retry: it is not here to be read now.
  Result<Readable> readable(const TableInfo& table, std::string_view key) const;
  // The partitions that are this worker's, there to be read or not; and how many there are, 0: it
  // is not known yet.
  std::pair<std::vector<int32_t>, int32_t> here(const TableInfo& table) const;
  // The same of all tables, but those that every worker has as a whole.
  std::map<std::string, WorkerEntry::Partitions, std::less<>> claims() const;

 private:
  using Partitions = std::map<int32_t, OpenTable>;
  Result<void> add(const OpenTable& open, Readable& to) const;

  const Clock& clock_;
  std::vector<TableInfo> tables_;
  mutable std::mutex mutex_;
  std::map<std::string, Partitions, std::less<>> open_;
};

}  // namespace streamworker::query
