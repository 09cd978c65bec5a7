// Brings dead letters back (DESIGN 3.9): each record goes to the topic and partition that it was
// consumed from, in one transaction with a note that says so. So each letter is replayed once,
// however often this is interrupted.
//
// Replayed are letters of records that the application is past: what is not, it will process again
// by itself after a crash. What cannot be replayed is counted by the reason.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "app/letter_box.h"
#include "config/spec.h"
#include "runtime/plan.h"

namespace streamworker {

class LetterReplay {
 public:
  // All must outlive this object.
  LetterReplay(Log& log, const config::File& file, const Plan& plan, const Clock& clock);

  // Waits until an earlier replay is settled, and ends one that is still at work; asks how far the
  // application is. Before the box is filled: the markers that void letters below these offsets are
  // written by then. Retry: the log is away.
  Result<void> start();
  // Of what takes these letters: databases and files ("store/items") behind a topic that the
  // group's offset says nothing of, since it is that of other outputs there. One that was paused,
  // stopped or away may be behind a letter; it would take the record once by itself, once replayed.
  std::set<std::string> apart(const std::vector<StoredLetter>& wanted) const;
  // Replays these letters of the box; `progress` is told how many are done, and stops it by
  // answering false; it is called for each few letters that are read. Retry, Stop: what was
  // replayed is; run it again for the rest.
  Result<void> run(const std::vector<StoredLetter>& wanted,
                   const std::function<bool(int64_t)>& progress);
  int64_t replayed() const { return replayed_; }
  // "it was cut: …" and how many.
  const std::map<std::string, int64_t>& left() const { return left_; }

 private:
  Result<void> look_at_sources();
  std::set<Offset> possible(const std::vector<StoredLetter>& wanted);
  // Empty: it can be replayed.
  std::string obstacle(const Letter& letter) const;
  std::string obstacle_of(const LetterId& id) const;
  Result<void> replay(const Message& message);
  std::set<std::string> apart(const Stage& stage, const LetterId& id) const;
  const Stage* stage_of(const TopicPartition& at) const;
  std::string misses(const LetterId& id) const;
  Result<void> replay(const Letter& letter);
  Result<void> commit();
  Result<void> commit_if_due();

  struct Source {
    std::optional<Offset> committed;  // none: the group never did, or not any more
    int64_t limit = 0;
  };

  Log& log_;
  const config::File& file_;
  const Plan& plan_;
  const Clock& clock_;
  std::unique_ptr<Consumer> consumer_;
  std::unique_ptr<Producer> producer_;
  std::map<TopicPartition, Source> sources_;  // all partitions that the plan reads
  int64_t replayed_ = 0;
  int64_t open_ = 0;   // in the transaction
  Duration opened_{};  // when its first one came
  std::map<std::string, int64_t> left_;
};

}  // namespace streamworker
