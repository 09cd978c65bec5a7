#include "source/feeder.h"

#include <algorithm>

#include "base/format.h"
#include "config/format.h"
#include "record/murmur2.h"

namespace streamworker {
namespace {

// How long to leave a source alone that has nothing now.
constexpr Duration kIdle = std::chrono::milliseconds(100);

}  // namespace

// NOLINTNEXTLINE(readability-function-size): six things, none of which belongs to another
Feeder::Feeder(Log& log, const config::Stream& stream, int32_t partitions,
               std::unique_ptr<RecordSource> source, const FeederSettings& settings,
               const Clock& clock)
    : log_(log),
      stream_(stream),
      partitions_(partitions),
      source_(std::move(source)),
      settings_(settings),
      clock_(clock),
      key_(stream),
      message_(stream),
      pacer_(settings.rate) {
  if (!settings.group.empty())
    group_ = log.consumer({settings.group, settings.group + "-" + stream.topic, ""});
}

Result<Feeder::Progress> Feeder::step() {
  auto done = feed();
  if (!done) {
    producer_.reset();  // the next step finds out what was written
    if (auto back = group_ ? Result<void>() : source_->seek(from_); !back) return back.error();
    return context(done.error(), "feeding " + stream_.topic);
  }
  return done;
}

Result<void> Feeder::start() {
  auto producer = log_.producer(group_ ? settings_.group + "-" + stream_.topic : "");
  if (auto started = producer->start(); !started) return started;
  if (group_) {
    const auto committed = group_->all_committed({{stream_.topic, 0}});
    if (!committed) return committed.error();
    if (auto sought = source_->seek(committed->front().offset.value_or(0)); !sought) return sought;
  }
  if (!running_) started_ = clock_.steady();
  running_ = true;
  producer_ = std::move(producer);
  return {};
}

Result<Feeder::Progress> Feeder::feed() {
  from_ = source_->position();
  if (!producer_) {
    if (auto started = start(); !started) return started.error();
  }
  const auto gathered = gather(room(clock_.steady() - started_));
  if (!gathered) return gathered.error();
  if (*gathered > 0) {
    if (auto written = write(); !written) return written.error();
    records_ += static_cast<int64_t>(*gathered);
  }
  return progress(*gathered);
}

// How many records may be fed now.
size_t Feeder::room(Duration now) const {
  int64_t most = std::max<int64_t>(pacer_.due(now) - records_, 0);
  if (settings_.count) most = std::min(most, std::max<int64_t>(*settings_.count - records_, 0));
  return std::min(static_cast<size_t>(most), settings_.batch);
}

Result<size_t> Feeder::gather(size_t most) {
  arena_.reset();
  out_.clear();
  while (out_.size() < most) {
    const auto value = source_->next();
    if (!value) return value.error();
    if (!*value) break;
    if (auto added = add(**value); !added) return added.error();
  }
  return out_.size();
}

Result<void> Feeder::add(std::string_view json) {
  OutRecord record;
  const auto message = message_.convert(json);
  if (!message)
    return stop(fmt::format("the record before position {} cannot be written as {}: {}",
                            source_->position(), to_string(stream_.format),
                            message.error().message));
  record.value = arena_.copy(*message);
  if (const auto key = key_.of(json)) record.key = arena_.copy(*key);
  record.partition = partition_of(record.key);
  record.timestamp = std::chrono::floor<std::chrono::milliseconds>(clock_.wall());
  out_.push_back(record);
  return {};
}

int32_t Feeder::partition_of(const std::optional<std::string_view>& key) {
  if (key && stream_.partitioner == config::Partitioner::Crc32)
    return crc32_partition(*key, partitions_);
  if (key) return java_partition(*key, partitions_);
  const int32_t chosen = next_partition_;
  next_partition_ = (next_partition_ + 1) % partitions_;
  return chosen;
}

Result<void> Feeder::write() {
  if (auto produced = producer_->produce(stream_.topic, out_); !produced) return produced;
  if (!group_) return {};
  const Committed position{{stream_.topic, 0}, source_->position(), ""};
  return producer_->commit({position}, *group_->group());
}

Result<Feeder::Progress> Feeder::progress(size_t fed) {
  Progress progress;
  progress.records = static_cast<int64_t>(fed);
  const bool enough = settings_.count && records_ >= *settings_.count;
  progress.finished = enough || source_->finished();
  if (progress.finished && !group_) {
    if (auto flushed = producer_->flush(); !flushed) return flushed.error();
  }
  if (progress.finished || fed == settings_.batch) return progress;
  const Duration now = clock_.steady() - started_;
  const Duration left = pacer_.next_due(records_) - now;
  const bool nothing_there = fed == 0 && left <= Duration(0);
  progress.wait = nothing_there ? kIdle : std::max(left, Duration(0));
  return progress;
}

}  // namespace streamworker
