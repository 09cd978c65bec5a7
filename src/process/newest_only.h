// Before what wants a table's rows as they are, and not as they were: a database, a topic, a line.
#pragma once

#include <algorithm>

#include "process/relay.h"

namespace streamworker {

class NewestOnly final : public Relay {
 public:
  explicit NewestOnly(const Schema& schema) : out_(schema) {}

  Result<void> process(const Batch& batch) override {
    bool all = true;
    for (size_t i = 0; i < batch.size() && all; ++i) all = !batch.meta(i).taken_back;
    if (all) return hand_on(batch);
    out_.clear();
    for (size_t i = 0; i < batch.size(); ++i)
      if (!batch.meta(i).taken_back)
        std::copy_n(batch.row(i), batch.schema().size(), out_.add(batch.meta(i)));
    return hand_on(out_);
  }

 private:
  Batch out_;
};

}  // namespace streamworker
