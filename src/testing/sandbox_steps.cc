// What a test's steps do.
#include <algorithm>

#include "codec/json_to_message.h"
#include "config/all_streams.h"
#include "config/format.h"
#include "record/murmur2.h"
#include "source/feeder.h"
#include "testing/sandbox.h"

namespace streamworker::testing {

using std::chrono::milliseconds;

const config::Stream& Sandbox::stream(const std::string& name) const {
  const auto all = config::all_streams(file_);
  return **std::find_if(all.begin(), all.end(),
                        [&](const config::Stream* one) { return one->name == name; });
}

Result<int32_t> Sandbox::partition_of(const config::Stream& stream,
                                      const std::optional<std::string>& key) {
  auto topic = log_->describe(stream.topic);
  if (!topic) return topic.error();
  const int32_t count = (*topic)->partitions;
  if (!key) return 0;
  return stream.partitioner == config::Partitioner::Crc32 ? crc32_partition(*key, count)
                                                          : java_partition(*key, count);
}

Result<void> Sandbox::append(const std::string& topic, OutRecord record) {
  auto producer = log_->producer("");
  if (auto started = producer->start(); !started) return started;
  if (auto done = producer->produce(topic, std::span(&record, 1)); !done) return done;
  return producer->flush();
}

Result<void> Sandbox::produce(const config::GivenRecord& record) {
  const config::Stream& to = stream(record.stream.value);
  auto partition = partition_of(to, record.key);
  if (!partition) return partition.error();
  JsonToMessage message(to);
  std::optional<std::string_view> bytes = record.value;
  if (bytes && !record.raw) {
    const auto written = message.convert(*bytes);
    if (!written)
      return streamworker::stop("the value cannot be written as " + to_string(to.format) + ": " +
                                written.error().message + "; `raw` writes anything");
    bytes = *written;
  }
  Headers headers;
  for (const auto& [name, value] : record.headers) headers.push_back({name, value});
  OutRecord out;
  out.partition = record.partition ? static_cast<int32_t>(*record.partition) : *partition;
  out.timestamp = record.timestamp ? EventTime(milliseconds(*record.timestamp))
                                   : std::chrono::floor<milliseconds>(clock_.wall());
  out.key = record.key;
  out.value = bytes;
  if (!headers.empty()) out.headers = &headers;
  if (auto done = append(to.topic, out); !done) return done;
  return settle();
}

Result<void> Sandbox::produce_file(const config::GivenFile& from) {
  const config::Stream& to = stream(from.stream.value);
  auto topic = log_->describe(to.topic);
  if (!topic) return topic.error();
  Feeder feeder(*log_, to, (*topic)->partitions, open_source(to, from.file, clock_), {}, clock_);
  while (true) {
    auto fed = feeder.step();
    if (!fed) return fed.error();
    if (auto settled = settle(); !settled) return settled;
    if (fed->finished) return {};
  }
}

Result<void> Sandbox::run_timer(const std::string& name) {
  for (Timer& timer : timers_) {
    if (timer.name != name) continue;
    timer.runner->run_now();
    timer.look = timer.runner->step();
    look_around();
    const TimerStatus status = timer.runner->status();
    if (status.asked && !status.asked->error.empty())
      return streamworker::stop("timer " + name + ": " + status.asked->error);
  }
  return settle();
}

Result<void> Sandbox::apply(const config::Given& step) {
  if (const auto* record = std::get_if<config::GivenRecord>(&step)) return produce(*record);
  if (const auto* from = std::get_if<config::GivenFile>(&step)) return produce_file(*from);
  if (const auto* time = std::get_if<config::GivenAdvance>(&step)) return advance(time->by);
  if (std::holds_alternative<config::GivenCommit>(step)) return commit();
  if (const auto* sql = std::get_if<config::GivenSql>(&step)) {
    auto ran = query(sql->database.value, sql->sql.value);
    return ran ? settle() : ran.error();
  }
  if (const auto* run = std::get_if<config::GivenRun>(&step)) return run_timer(run->timer.value);
  return restart(std::get<config::GivenRestart>(step));
}

}  // namespace streamworker::testing
