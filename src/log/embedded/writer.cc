#include "log/embedded/writer.h"

#include "log/embedded/keys.h"

namespace streamworker::embedded {
namespace {

constexpr size_t kChunkOverhead = 64;  // of an entry in a batch

Error unknown(const TopicPartition& at) { return stop("there is no " + to_string(at)); }

}  // namespace

ProducerId Writer::start(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return {name, ++epochs_[name]};
}

Result<void> Writer::commit(const ProducerId& producer, const Transaction& records,
                            const GroupOffsets& offsets) {
  const std::lock_guard lock(mutex_);
  if (epochs_[producer.name] != producer.epoch)
    return stop("fenced: another producer has started with the id " + producer.name);
  std::unique_lock<std::mutex> group;  // no rebalance between the check and the write
  if (!offsets.offsets.empty() && offsets.group.is_member()) {
    group = offsets.group.admit();
    if (!group.owns_lock())
      return retry("group " + offsets.group.name() +
                   " has rebalanced: its partitions may be others'");
  }
  rocks::Batch batch(records.bytes() + records.bytes() / 64 + kChunkOverhead);
  if (auto added = add_offsets(offsets, batch); !added) return added;
  return write_records(records, batch);
}

Result<void> Writer::append(const Transaction& records) {
  const std::lock_guard lock(mutex_);
  rocks::Batch batch(records.bytes() + records.bytes() / 64 + kChunkOverhead);
  return write_records(records, batch);
}

Result<void> Writer::add_offsets(const GroupOffsets& offsets, rocks::Batch& to) const {
  if (!offsets.offsets.empty() && offsets.group.name().empty())
    return stop("a consumer without a group has no offsets to commit");
  std::string value;
  for (const Committed& each : offsets.offsets) {
    const Partition* partition = topics_.find(each.at);
    if (partition == nullptr) return unknown(each.at);
    if (!each.offset || *each.offset < 0)
      return stop("no offset to commit for " + to_string(each.at));
    value.clear();
    put_u64(value, static_cast<uint64_t>(*each.offset));
    value.append(each.metadata);
    to.put(committed_key(offsets.group.name(), partition->id), value);
  }
  return {};
}

Result<void> Writer::write_records(const Transaction& records, rocks::Batch& batch) {
  std::vector<std::pair<Partition*, Offset>> ends;
  records.each([&](const Transaction::Part& part) {
    Offset end = part.partition->end;
    for (const Chunk& chunk : part.chunks) {
      end += chunk.count();
      batch.put(record_key(part.partition->id, end - 1), chunk.bytes());
    }
    ends.emplace_back(part.partition, end);
  });
  if (auto written = write(batch); !written) return written;
  for (const auto& [partition, end] : ends) partition->end = end;
  if (!ends.empty()) signals_.nudge();
  return {};
}

Result<void> Writer::write(const rocks::Batch& batch) {
  if (broken_) return *broken_;
  if (batch.empty()) return {};
  auto written = database_.write(batch);
  if (!written) broken_ = context(written.error(), "an earlier write failed, start again");
  return written;
}

Result<void> Writer::add_deletion(const Position& below, rocks::Batch& to) const {
  const Partition* partition = topics_.find(below.at);
  if (partition == nullptr) return unknown(below.at);
  if (below.offset < 0 || below.offset > partition->end)
    return stop("cannot delete the records of " + to_string(below.at) + " below " +
                std::to_string(below.offset) + ": it ends at " + std::to_string(partition->end));
  const Offset start = partition->start;
  if (below.offset <= start) return {};
  std::string value;
  put_u64(value, static_cast<uint64_t>(below.offset));
  to.put(start_key(partition->id), value);
  to.remove_range(record_key(partition->id, start), record_key(partition->id, below.offset));
  return {};
}

Result<bool> Writer::rewrite(const Partition& partition, Offset start, const rocks::Batch& batch) {
  const std::lock_guard lock(mutex_);
  if (partition.start != start) return false;
  if (auto written = write(batch); !written) return written.error();
  return true;
}

Result<void> Writer::delete_records(const std::vector<Position>& below) {
  const std::lock_guard lock(mutex_);
  rocks::Batch batch;
  for (const Position& each : below)
    if (auto added = add_deletion(each, batch); !added) return added;
  if (auto written = write(batch); !written) return written;
  for (const Position& each : below) {
    Partition& partition = *topics_.find(each.at);
    if (each.offset > partition.start) partition.start = each.offset;
    // Also where nothing is new: a file that was being merged the last time was left alone.
    auto dropped = database_.drop_files(record_key(partition.id, 0),
                                        record_key(partition.id, partition.start));
    if (!dropped) return dropped;
  }
  return {};
}

}  // namespace streamworker::embedded
