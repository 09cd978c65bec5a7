// A table without windows whose rows go when they were not changed for `ttl` of stream time (DESIGN
// 1.3): a delete, which its sinks and readers are told of.
//
// A row's last change is the stream time of its last record, or that record's event time where it
// is ahead (behind a repartition). A row goes when stream time reaches last change + ttl; the
// deletion has that moment as its timestamp, and rows go in the order of (last change, key). A
// record that comes for a row whose time is over finds none, whether or not it was told yet.
//
// Which rows are over is known from a queue: on the disk (store/partition.h), and here for rows
// that are newer than the last commit. A row stands in it once, at some time not after its last
// change, and is looked at when that time is over: it goes, or moves to its last change. So a
// record costs nothing but the note of its time, and each row is looked at about once in a ttl.
#pragma once

#include <set>

#include "table/aggregate_table.h"
#include "table/table_time.h"

namespace streamworker {

struct TtlSettings {
  int64_t ttl = 0;                 // ms
  std::optional<int32_t> sources;  // as WindowSettings has it
};

class TtlTable final : public AggregateTable {
 public:
  TtlTable(std::unique_ptr<store::TableState> state, AggregateParts parts, store::RowBudget& budget,
           BadRecords& bad, Meters meters, const TtlSettings& settings);

  Result<void> load() override;
  void mark(int32_t source, const store::SourceMark& mark) override { time_.mark(source, mark); }
  Result<void> advance(const Meta& at) override;
  bool pass(std::optional<Duration> /*idle*/) override { return has_more(); }

 protected:
  Result<void> take(const Value* values, const Meta& meta) override;
  void collect(std::vector<store::RowChange>& rows) override;
  void saved() override;

 private:
  bool has_more() const;
  bool is_over(int64_t changed, int64_t now) const { return changed + settings_.ttl <= now; }
  void note_change(Rows::Entry& entry, int64_t time);
  void enqueue(Rows::Entry& entry, int64_t time);
  // Looks at what the queues have up to this time; at so many at most.
  Result<void> look(int64_t until, const Meta& at);
  std::optional<store::Queued> take_place(rocks::Iterator& disk, int64_t until);
  Result<void> look_at(const store::Queued& place, const Meta& at);
  void gone(Rows::Entry& entry, const Value* key, const Meta& at);

  TtlSettings settings_;
  TableTime time_;
  std::set<store::Queued> fresh_;  // places that are not on the disk yet
  std::optional<int64_t> next_;    // the time of the first place on the disk that was not looked at
  store::Queued from_;             // and where it lies, or before it
  std::vector<store::Queued> looked_;  // places on the disk since the last commit
};

}  // namespace streamworker
