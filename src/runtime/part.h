// What a task writes with a position of its own: a database sink, a file.
//
// A part is behind the task's reading until its rows are durable; after a restart the task reads
// again from the smallest position, and each part skips what it has. The task's thread only.
#pragma once

#include <optional>
#include <string>

#include "process/step.h"
#include "runtime/live_settings.h"

namespace streamworker {

class Part : public Step {
 public:
  // "store/Classifieds"
  virtual const std::string& name() const = 0;
  std::string pipeline() const { return name().substr(0, name().find('/')); }
  // New limits, which hold for the open batch too. A pipeline that is paused drops what it has not
  // written, and takes nothing more; one that goes on claims its position.
  virtual Result<void> apply(const PipelineSettings& settings) = 0;
  // A person stopped it: it takes nothing, and nobody waits for it.
  virtual bool paused() const = 0;
  // Takes the position over, fencing an earlier owner. The answer may come later. With `start` a
  // position that does not exist is made there.
  virtual Result<void> claim(std::optional<Offset> start) = 0;
  // The claim was answered: it has a position and takes records, if it is not paused.
  virtual bool active() const = 0;
  bool takes() const { return active() && !paused(); }
  // The claim was answered: there is no position, and it was not told where to begin; it is new.
  virtual bool unknown() const = 0;
  // It takes nothing until a person, or somebody else, has done something; the task goes on without
  // it. What has to be read again then is said by the claim that follows.
  virtual bool left_out() const { return false; }
  // Where it has to be read from, durably. None: not active.
  virtual std::optional<Offset> position() const = 0;
  // Records below it were taken, or are on their way. REQUIRES: active()
  virtual Offset skips_below() const = 0;
  // Before each batch of messages: what time it is (steady).
  virtual void begin(Duration now) = 0;
  // Everything below `passed` was processed. Closes a batch whose window is over; moves the
  // position of a part that had nothing to write, at most once a second.
  virtual Result<void> advance(Offset passed, Duration now) = 0;
  // Closes the open batch, whatever its age, and moves the position to `passed`.
  virtual Result<void> flush(Offset passed) = 0;
  // The task is going to read records again that this part was given: it skips them.
  virtual void skip_taken() = 0;
  // Everything handed over is durable.
  virtual bool settled() const = 0;
  // It cannot take more now; the task must not be given records.
  virtual bool blocked() const = 0;
  // When `advance` has something to do next, on the steady clock; none: nothing waits for time.
  virtual std::optional<Duration> due() const = 0;
  // It may stand still, for a reason that has a name: its database is away, it is paused or
  // stopped, its open batch is within its window. No stall (DESIGN 4.9), however long it takes.
  virtual bool may_wait(Duration now) const = 0;
  // Not empty: what it waits for, for people.
  virtual std::string waits_for() const = 0;
};

}  // namespace streamworker
