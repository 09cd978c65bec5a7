// A step that needs another key ends here: rows go to a topic of this application, partitioned by
// the new key, with their timestamp, headers and source partition (DESIGN 3.6). A null key is
// dropped and counted (3.4).
#pragma once

#include "base/metrics.h"
#include "process/key_of.h"
#include "process/output.h"
#include "process/topic_writer.h"
#include "record/envelope.h"

namespace streamworker {

class Repartition final : public Output {
 public:
  Repartition(std::string name, const Schema& in, KeyOf key, TopicWriter writer, BadRecords& bad,
              Counter null_keys);
  Result<void> process(const Batch& batch) override;
  // How far the source partition is, to each partition.
  Result<void> mark(const EnvelopeMark& mark);

 private:
  Envelope envelope_;
  KeyOf key_;
  TopicWriter writer_;
  BadRecords& bad_;
  Counter null_keys_;
  std::string row_;
};

}  // namespace streamworker
