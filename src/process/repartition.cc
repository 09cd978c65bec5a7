#include "process/repartition.h"

#include <algorithm>

namespace streamworker {

Repartition::Repartition(std::string name, const Schema& in, KeyOf key, TopicWriter writer,
                         BadRecords& bad, Counter null_keys)
    : Output(std::move(name)),
      envelope_(in),
      key_(std::move(key)),
      writer_(std::move(writer)),
      bad_(bad),
      null_keys_(null_keys) {}

Result<void> Repartition::process(const Batch& batch) {
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    if (skips(meta)) continue;
    auto key = key_.of(batch.row(i), meta);
    if (!key) {
      if (auto taken = bad_.take(meta, "key", key.error().message); !taken) return taken;
      continue;
    }
    if (!*key) {
      null_keys_.add();
      continue;
    }
    row_.clear();
    envelope_.append(batch.row(i), meta, row_);
    if (auto added = writer_.add(meta, *key, row_); !added)
      if (auto taken = bad_.take(meta, "output", added.error().message); !taken) return taken;
  }
  return writer_.flush();
}

Result<void> Repartition::mark(const EnvelopeMark& mark) {
  row_.clear();
  append_mark(mark, row_);
  Meta meta;
  // The log takes no time before 1970; that of a mark is nobody's event time.
  meta.timestamp = EventTime(std::chrono::milliseconds(std::max<int64_t>(mark.passed, 0)));
  for (int32_t i = 0; i < writer_.partitions(); ++i) {
    meta.source_partition = i;  // where a record without key goes
    if (auto added = writer_.add(meta, {}, row_); !added) return added;
  }
  return writer_.flush();
}

}  // namespace streamworker
