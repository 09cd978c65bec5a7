#include "commit/commit.h"

namespace streamworker {

Result<void> commit(Producer& producer, Consumer& consumer, const std::vector<Committed>& offsets) {
  const auto group = consumer.group();
  return producer.commit(offsets, *group);
}

}  // namespace streamworker
