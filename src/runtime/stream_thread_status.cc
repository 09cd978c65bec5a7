// What a stream thread tells of itself: the status board, the lag metrics, the line of an
// assignment.
#include <algorithm>

#include "base/human.h"
#include "base/log.h"
#include "runtime/lag.h"
#include "runtime/stream_thread.h"

namespace streamworker {

namespace {

constexpr Duration kPublishEvery = std::chrono::milliseconds(100);

std::string what_of(Trouble trouble) {
  if (trouble == Trouble::Refusals) return "dead letters wait";
  return trouble == Trouble::Away ? "database away" : "database busy";
}

double in_seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }

// What its pipelines have taken, and what its stream's file should say otherwise.
void tell_pipelines(const Task& task, MemberStatus& status) {
  for (const PipelineEntry* entry : task.body().entries)
    status.pipeline_records[entry->pipeline()] += static_cast<double>(entry->taken());
  if (std::string text = task.body().decoder->warning(); !text.empty())
    status.warnings[task.stage().stream->name] = std::move(text);
}

TaskStatus not_made_yet(const TopicPartition& at) {
  TaskStatus status;
  status.stage = at.topic;
  status.at = at;
  status.state = "starting";
  return status;
}

}  // namespace

void StreamThread::log_assignment() const {
  std::map<std::string, std::vector<int32_t>> parts;
  for (const Task* task : fetched_) parts[task->stage().name].push_back(task->at().partition);
  std::string text;
  for (auto& [name, numbers] : parts) {
    std::sort(numbers.begin(), numbers.end());
    const bool run = numbers.back() - numbers.front() + 1 == static_cast<int32_t>(numbers.size());
    text += " " + name + "[";
    if (run && numbers.size() > 1)
      text += fmt::format("{}-{}", numbers.front(), numbers.back());
    else
      for (size_t i = 0; i < numbers.size(); ++i)
        text += fmt::format("{}{}", i ? "," : "", numbers[i]);
    text += "]";
  }
  log::info("runtime", "assigned{} in {:.1f} s; ready", text,
            in_seconds(clock_.steady() - joined_at_));
}

void StreamThread::publish(bool now) {
  if (!now && clock_.steady() - published_ < kPublishEvery) return;
  published_ = clock_.steady();
  tell_durable();  // a database goes forward without a commit
  MemberStatus status;
  status.joined = joined_;
  for (size_t i = 0; i < fetched_.size(); ++i) status.tasks.push_back(status_of(*fetched_[i], i));
  for (const Task* task : pending_) status.tasks.push_back(status_of(*task, fetched_.size()));
  if (tasks_.empty())
    for (const TopicPartition& at : assigned_) status.tasks.push_back(not_made_yet(at));
  for (const auto& task : tasks_) tell_pipelines(*task, status);
  for (const auto& [name, count] : taken_before_) status.pipeline_records[name] += count;
  if (!waits_for_.empty()) status.reasons.push_back({"starting", {{"waits_for", waits_for_}}});
  for (SinkThread* sink : factory_ ? factory_->sinks() : std::vector<SinkThread*>{})
    if (const auto waits = sink->waits())
      status.reasons.push_back({what_of(waits->trouble),
                                {{"database", sink->name()},
                                 {"since", format_time(waits->since)},
                                 {"error", waits->error}}});
  tell_stops(status);
  set_lag(metrics_, clock_.wall(), status.tasks);
  board_.publish(settings_.consumer.client_id, std::move(status));
}

// Once for a pipeline and database, whichever of its parts it is, since the first of them.
void StreamThread::tell_stops(MemberStatus& status) const {
  std::map<std::pair<std::string, std::string>, DatabaseOutput::Stop> stops;
  for (const auto& task : tasks_)
    for (const DatabaseOutput* database : task->body().databases)
      if (const auto& stop = database->stopped()) {
        const auto [at, first] =
            stops.try_emplace({database->pipeline(), database->database()}, *stop);
        if (!first) at->second.since = std::min(at->second.since, stop->since);
      }
  for (const auto& [where, stop] : stops) {
    status.reasons.push_back({"pipeline stopped",
                              {{"pipeline", where.first},
                               {"database", where.second},
                               {"since", format_time(stop.since)},
                               {"error", stop.error}}});
    status.stopped.emplace(where.first, stop.error);
  }
}

TaskStatus StreamThread::status_of(const Task& task, size_t fetched) const {
  TaskStatus status;
  status.stage = task.stage().name;
  status.at = task.at();
  status.state = fetched < fetched_.size() ? "running" : "starting";
  if (const std::string without = task.runs_without();
      fetched < fetched_.size() && !without.empty())
    status.state = "running without " + without;
  if (task.blocked() && !task.waits_for().empty()) status.state = task.waits_for();
  if (task.paused()) status.state = "paused";
  status.paused = task.paused_pipelines();
  const Duration now = clock_.steady();
  status.position = task.next();
  status.committed = task.committed().offset;
  status.event_time = task.event_time();
  status.written = task.written(now);
  const bool left_out =
      fetched >= reading_ && fetched < fetched_.size();  // nothing takes its records
  status.waits = held() || left_out || task.may_wait(now);
  if (fetched < reading_) {
    status.end = consumer_->known_end(fetched);
    // Records taken are processed at once, so there is nothing in between.
    status.position = std::max(status.position, consumer_->position(fetched));
    if (status.written && *status.written >= task.next()) status.written = status.position;
  }
  return status;
}

}  // namespace streamworker
