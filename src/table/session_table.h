// A table of session windows (DESIGN 3.2): records of a key belong together while none is further
// than the gap from the next, and a record between two sessions makes them one.
//
// A row lies at (first event time, key), and knows its last. Which sessions are open stands in
// memory as well, some 150 bytes each, and is read from the rows when the task starts. A session
// whose bounds change is a new row to those who read the table: its old one is told to be gone
// first. Closed sessions take no records, and are kept until `expires` behind their end.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "table/aggregate_step.h"
#include "table/table_time.h"
#include "window/sessions.h"

namespace streamworker {

struct SessionSettings {
  Sessions sessions;
  int64_t expires = 0;
  bool final = false;
  bool keep_late = false;
  std::optional<Duration> close_when_idle;  // as WindowSettings has it
  std::optional<int32_t> sources;           // as WindowSettings has it
};

class SessionTable final : public AggregateStep {
 public:
  SessionTable(std::unique_ptr<store::TableState> state, AggregateParts parts,
               store::RowBudget& budget, BadRecords& bad, Meters meters,
               const SessionSettings& settings);

  Result<void> load() override;
  void mark(int32_t source, const store::SourceMark& mark) override { time_.mark(source, mark); }
  Result<void> advance(const Meta& at) override;
  bool pass(std::optional<Duration> idle) override;

 protected:
  Result<void> take(const Value* values, const Meta& meta) override;

 private:
  struct End {
    int64_t last;
    std::string key;
    int64_t first;
    auto operator<=>(const End&) const = default;
  };
  Result<void> late(const Meta& meta);
  Result<Rows::Entry*> row_at(int64_t first, std::string_view key);
  // The record alone, or in the one session that it does not change.
  Result<void> extend(const Session& now, const Value* values, const Meta& meta);
  Result<void> merge(const Sessions::Place& place, std::vector<Session>& open, const Value* values,
                     const Meta& meta);
  void make_room(Rows::Entry& entry, int64_t first);
  void gone(const Session& session, Rows::Entry& entry, const Value* values, const Meta& meta);
  Result<void> close(int64_t now, const Meta& at);
  void no_longer_open(const End& end);
  Result<void> send(const End& end, TableRow* kept, const Meta& at);
  Result<void> expire(int64_t now);

  SessionSettings settings_;
  TableTime time_;
  std::unordered_map<std::string, std::vector<Session>> open_;  // by key, ascending
  std::set<End> ends_;                                          // of the open ones
  std::set<End> closed_;                                        // that are kept
  std::map<End, TableRow>
      unsent_;  // of closed ones that were not sent yet, and have no place any more
  std::string place_;
};

}  // namespace streamworker
