#include "log/embedded/transaction.h"

namespace streamworker::embedded {

Result<void> Transaction::append(Topic& topic, std::span<const OutRecord> records) {
  auto& parts = topics_[&topic];
  if (parts.empty())
    for (Partition& partition : topic.partitions) parts.push_back({&topic, &partition, {}});
  for (const OutRecord& record : records)
    if (auto appended = append(topic, parts, record); !appended) return appended;
  return {};
}

Result<void> Transaction::append(const Topic& topic, std::vector<Part>& parts,
                                 const OutRecord& record) {
  if (record.partition < 0 || record.partition >= topic.info.partitions)
    return stop("there is no " + to_string({topic.name, record.partition}));
  const size_t size =
      (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  if (size > static_cast<size_t>(topic.info.max_message_bytes))
    return stop("a record of " + std::to_string(size) + " bytes is over max.message.bytes (" +
                std::to_string(topic.info.max_message_bytes) + ") of topic " + topic.name);
  if (bytes_ + size > kMaxBytes)
    return stop("a transaction is over " + std::to_string(kMaxBytes >> 20) +
                " MiB: commit more often");
  auto& chunks = parts[static_cast<size_t>(record.partition)].chunks;
  if (chunks.empty() || chunks.back().full()) chunks.emplace_back();
  const size_t before = chunks.back().bytes().size();
  chunks.back().append(record);
  bytes_ += chunks.back().bytes().size() - before;
  return {};
}

void Transaction::clear() {
  for (auto& [topic, parts] : topics_)
    for (Part& part : parts) part.chunks.clear();
  bytes_ = 0;
}

}  // namespace streamworker::embedded
