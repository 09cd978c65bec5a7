#include "process/topic_writer.h"

#include "base/format.h"
#include "record/murmur2.h"

namespace streamworker {

namespace {

// What a record batch of one record costs beside key, value and headers (record batch header 61
// bytes, record header and varints), with some room.
constexpr int64_t kOverhead = 128;

int64_t size_of(const Headers* headers) {
  int64_t size = 0;
  if (headers == nullptr) return 0;
  for (const Header& header : *headers)
    size +=
        static_cast<int64_t>(header.name.size() + (header.value ? header.value->size() : 0)) + 10;
  return size;
}

}  // namespace

TopicWriter::TopicWriter(std::string topic, const TopicInfo& limits, Producer& producer,
                         const Clock& clock, Counter produced)
    : topic_(std::move(topic)),
      limits_(limits),
      producer_(producer),
      clock_(clock),
      produced_(produced) {}

Result<void> TopicWriter::add(const Meta& meta, std::optional<std::string_view> key,
                              std::optional<std::string_view> value,
                              std::optional<std::string_view> partition_by) {
  const int64_t size = static_cast<int64_t>((key ? key->size() : 0) + (value ? value->size() : 0)) +
                       size_of(meta.headers) + kOverhead;
  if (size > limits_.max_message_bytes)
    return skip(fmt::format("{} bytes are more than topic {} takes (max.message.bytes is {})", size,
                            topic_, limits_.max_message_bytes));
  if (limits_.max_ahead && meta.timestamp > clock_.wall() + *limits_.max_ahead)
    return skip(fmt::format(
        "its timestamp is further ahead than topic {} takes (message.timestamp.after.max.ms)",
        topic_));
  OutRecord record;
  record.timestamp = meta.timestamp;
  record.headers = meta.headers;
  if (key) record.key = arena_.copy(*key);
  if (value) record.value = arena_.copy(*value);
  record.partition = partition_by ? java_partition(*partition_by, limits_.partitions)
                                  : meta.source_partition % limits_.partitions;
  records_.push_back(record);
  return {};
}

Result<void> TopicWriter::flush() {
  if (records_.empty()) return {};
  auto done = producer_.produce(topic_, records_);
  if (done) produced_.add(static_cast<double>(records_.size()));
  records_.clear();
  arena_.reset();
  return done;
}

}  // namespace streamworker
