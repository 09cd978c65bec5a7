// Notices tasks that make no progress (DESIGN 4.9): "looks healthy but consumes nothing" must be
// impossible, and a worker with nothing to do must never be taken for one.
//
// What counts, of each task: it has not taken what the log has for readers, or has not written what
// it took, and neither position has moved. The end is asked of the log itself, since a consumer
// whose fetching hangs would believe an old one; it is that of committed records, and the position
// passes over markers and aborted records, so these are nothing to be taken. A member counts, too,
// when its thread publishes nothing. Named waits (`TaskStatus::waits`, a log that is away) stop the
// count: it goes on at zero.
//
// Time is added up from look to look, a few seconds at most each: a process that was suspended has
// not stalled. One thread: the main one, so that a stream thread that hangs is noticed.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/spec.h"
#include "runtime/status.h"

namespace streamworker {

class Watchdog {
 public:
  // The end of a partition for readers (Log::stable_end); may wait a second, and then is asked once
  // a look. Not asked often: about ten times in `stall` for a task that stands still.
  using End = std::function<Result<Offset>(const TopicPartition&)>;
  Watchdog(config::Watchdog limits, const Clock& clock, End end);

  // To be called about each 100 ms. `log_away`: no server answers.
  void look(const std::map<std::string, MemberStatus>& members, bool log_away);
  // One for each that has made no progress for `stall`.
  const std::vector<Reason>& reasons() const { return reasons_; }
  // Not empty: something has made no progress for `exit`, and what; the process should end.
  const std::string& verdict() const { return verdict_; }

 private:
  struct Seen {
    Duration without{};            // progress, as far as this thread was there to see it
    std::optional<Offset> done;    // how far it was at its last progress
    std::optional<Offset> wanted;  // the log has records up to here
    Offset position = 0;
    bool asks = false;  // for the log's end, which is not known to lie behind its position
    Duration ask_at{};
    std::optional<WallTime> since;  // of a stall
    bool looked_at = false;         // in this look
  };
  using Key = std::pair<std::string, TopicPartition>;

  void look_at_member(const std::string& name, const MemberStatus& member, Duration since_last);
  void look_at_task(const std::string& member, const TaskStatus& task, Duration since_last);
  bool owes(Seen& seen, const TaskStatus& task);
  void judge(Seen& seen, Reason reason, const std::string& what);
  void forget_gone();
  bool ask_one();

  config::Watchdog limits_;
  const Clock& clock_;
  End end_;
  std::optional<Duration> last_look_;
  std::map<Key, Seen> seen_;  // a member itself: under a partition without a topic
  std::vector<Reason> reasons_;
  std::string verdict_;
};

}  // namespace streamworker
