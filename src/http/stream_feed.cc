#include "http/stream_feed.h"

#include <set>

#include "base/human.h"
#include "codec/json_writer.h"

namespace streamworker::http {
namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1);
constexpr size_t kMostBytes = 1UL << 20;  // of a record as JSON: what was packed may be large

}  // namespace

std::vector<int32_t> partitions_here(const StatusBoard& board, const config::Stream& stream) {
  std::set<int32_t> all;
  for (const auto& [name, member] : board.members())
    for (const TaskStatus& task : member.tasks)
      if (task.at.topic == stream.topic && task.stage == stream.name) all.insert(task.at.partition);
  return {all.begin(), all.end()};
}

StreamFeed::StreamFeed(std::unique_ptr<Taps::Listener> listener, std::optional<int64_t> limit,
                       const Source& from)
    : TapFeed(std::move(listener), limit, from.clock),
      from_(from),
      decoder_(from.stream),
      json_(decoder_.schema(), 0, false),
      looked_at_(from.clock.steady()) {}

std::string StreamFeed::start() {
  JsonWriter json;
  json.begin_object().member("stream", from_.stream.name).member("topic", from_.stream.topic);
  json.key("partitions").begin_object().key("here").begin_array();
  for (const int32_t partition : partitions_here(from_.board, from_.stream)) json.value(partition);
  return json.end_array().end_object().end_object().take();
}

std::string StreamFeed::over() {
  const Duration now = from_.clock.steady();
  if (now - looked_at_ < kLookEvery) return {};
  looked_at_ = now;
  if (!partitions_here(from_.board, from_.stream).empty()) return {};
  return "no partition of the stream is read here any more";
}

void StreamFeed::show(const TapEvent& event, const Say& say) {
  EventTime time = event.timestamp;
  const auto value = decoded(event, time);
  JsonWriter json;
  json.begin_object().key("key");
  if (event.key)
    json.value(*event.key);
  else
    json.null();
  json.member("partition", event.partition)
      .member("offset", event.offset)
      .member("timestamp", format_time(time));
  if (value)
    json.key("value").raw(*value);
  else
    json.member("error", value.error().message);
  say(json.end_object().text());
}

Result<std::string> StreamFeed::decoded(const TapEvent& event, EventTime& time) {
  if (!event.value) return std::string("null");
  arena_.reset();
  row_.assign(decoder_.schema().size(), Value());
  Meta meta;
  meta.offset = event.offset;
  meta.timestamp = event.timestamp;
  meta.key = event.key;
  meta.partition = meta.source_partition = event.partition;
  auto done = decoder_.decode(*event.value, meta, arena_, from_.clock.wall(), row_.data());
  if (!done) return done.error();
  time = meta.timestamp;
  std::string text;
  json_.append_columns(row_.data(), text);
  if (text.size() > kMostBytes) return skip("the record is larger than 1 MiB as JSON");
  return text;
}

}  // namespace streamworker::http
