// A step whose progress is the group's committed offset: a repartition, a topic, a log line.
//
// Such steps of one task go forward together with what the task reads. One that is behind the
// others after a start (it is new in the file) or ahead of them skips what it has taken.
#pragma once

#include <string>

#include "process/step.h"

namespace streamworker {

class Output : public Step {
 public:
  explicit Output(std::string name) : name_(std::move(name)) {}
  // As kafka_output() has it; several steps may share a name, and then a position.
  const std::string& name() const { return name_; }
  // Records below this offset were taken before.
  void skip_below(Offset from) { from_ = from; }

 protected:
  bool skips(const Meta& meta) const { return meta.offset < from_; }

 private:
  std::string name_;
  Offset from_ = 0;
};

}  // namespace streamworker
