// Writes letters and markers (letter.h) to the dead-letter topic, through a producer of its own
// without transactions: a letter stays whatever becomes of the work around it.
//
// The order that everything rests on: `write`, then `flush`, and only then may any position move
// past the record. Whoever writes letters flushes them before it hands a position over. After an
// error nothing is known of the letters since the last flush: the task starts again, its markers
// void what may have arrived, and the letters are made anew. One thread (a stream thread, or a sink
// thread); the producer is made at the first record.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "log/log.h"
#include "process/letter.h"

namespace streamworker {

class DeadLetters {
 public:
  // `limits` are the topic's. `log` and `clock` must outlive this object.
  DeadLetters(Log& log, std::string app, std::string topic, const TopicInfo& limits,
              const Clock& clock);

  // `id`, with the record as it was consumed. A record that is too large for the topic is cut: the
  // end of its value first, then its headers, then its key. Retry: the log is away.
  Result<void> write(const LetterId& id, const Message& record, const std::string& message);
  // `marker.app` is filled in. Nothing to do while the topic never had a record. Retry as above.
  Result<void> mark(Marker marker);
  // Waits until all of them are acknowledged. Retry as above.
  Result<void> flush();

 private:
  Result<void> start();
  Result<void> produce(const OutRecord& record);
  Result<void> settled(Result<void> outcome);
  Result<bool> empty();

  Log& log_;
  std::string app_;
  std::string topic_;
  TopicInfo limits_;
  const Clock& clock_;
  std::unique_ptr<Producer> producer_;
  bool pending_ = false;
  std::optional<bool> empty_;  // the topic; none: not known
};

}  // namespace streamworker
