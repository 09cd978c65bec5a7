#include "app/global_reader.h"

#include <algorithm>
#include <thread>

#include "base/human.h"
#include "base/log.h"
#include "runtime/lag.h"

namespace streamworker {

namespace {

using std::chrono::milliseconds;

constexpr size_t kTake = 1000;
constexpr Duration kRetry = milliseconds(500);
constexpr Duration kWaitAtMost = milliseconds(100);
constexpr Duration kPublishEvery = milliseconds(100);
constexpr Duration kTellAbove = std::chrono::seconds(1);
constexpr Duration kSilence = std::chrono::seconds(3);  // of a consumer: it is made anew

}  // namespace

GlobalReader::GlobalReader(const Parts& parts, Around around)
    : parts_(parts),
      around_(std::move(around)),
      engine_(parts.clock),
      started_(parts.clock.steady()) {
  around_.consumer.client_id += "-global";
  around_.consumer.instance.clear();
  for (const Stage& stage : parts.plan.globals) {
    tables_.push_back(std::make_unique<GlobalTable>(parts, stage, engine_));
    around_.tables.show({stage.name, 0, 1, nullptr, heartbeat_});
  }
  shown_.resize(tables_.size());
  for (const auto& table : tables_)
    for (GlobalTable::Input& input : table->inputs()) places_.push_back({table.get(), &input});
}

GlobalReader::~GlobalReader() { around_.tables.withdraw(*heartbeat_); }

Result<bool> GlobalReader::step() {
  const Duration now = parts_.clock.steady();
  heartbeat_->beat(now);
  if (now < retry_at_) return false;
  close_damaged();
  if (!open_)
    if (auto opened = open(); !opened) return wait_for(opened.error());
  const bool silent = !complete() && !held() && now - moved_at_ > kSilence;
  if (!consumer_ || silent)
    if (auto fetched = fetch(); !fetched) return wait_for(fetched.error());
  auto taken = take_all();
  if (!taken) return wait_for(taken.error());
  if (*taken) moved_at_ = now;
  show_complete();
  if (auto told = publish(); !told) return told.error();
  return taken;
}

// Stop stays an error; Retry: false, and the reason is told and waited for.
Result<bool> GlobalReader::wait_for(const Error& error) {
  if (error.remedy == Remedy::Stop) return error;
  consumer_.reset();
  waits_for_ = error.message;
  retry_at_ = parts_.clock.steady() + kRetry;
  published_ = {};
  if (auto told = publish(); !told) return told.error();
  return false;
}

// What a read has met, here or in a reader of another thread: the rows are read from the topic
// again, as soon as nobody reads the old ones any more.
void GlobalReader::close_damaged() {
  for (size_t i = 0; i < tables_.size(); ++i) {
    GlobalTable& table = *tables_[i];
    if (!table.rows() || !table.rows()->damaged()) continue;
    around_.tables.show({table.name(), 0, 1, nullptr, heartbeat_});
    shown_[i] = false;
    table.close();
    consumer_.reset();
    open_ = false;
  }
}

Result<void> GlobalReader::open() {
  for (const auto& table : tables_)
    if (auto opened = table->open(); !opened)
      return context(opened.error(), "table " + table->name());
  for (const auto& table : tables_)
    if (!table->rows()->stored() && !table->complete())
      parts_.metrics
          .counter("restores_total", "restores of tables, by how much", {{"kind", "full"}})
          .add();
  open_ = true;
  return {};
}

// A new consumer each time, for the reason that Restorer has.
Result<void> GlobalReader::fetch() {
  consumer_ = parts_.log.consumer(around_.consumer);
  moved_at_ = parts_.clock.steady();
  std::vector<Position> positions;
  positions.reserve(places_.size());
  for (const Place& place : places_) positions.push_back({place.input->at, place.input->next});
  auto fetched = consumer_->fetch(positions);
  if (fetched) waits_for_.clear();
  return fetched;
}

Result<bool> GlobalReader::take_all() {
  if (auto polled = consumer_->poll(); !polled) return polled.error();
  if (held()) return false;
  bool any = false;
  for (size_t i = 0; i < places_.size(); ++i) {
    auto taken = take(i);
    if (!taken) return context(taken.error(), to_string(places_[i].input->at));
    any = any || *taken;
  }
  return any;
}

Result<bool> GlobalReader::take(size_t i) {
  const Place& place = places_[i];
  GlobalTable::Input& input = *place.input;
  const auto messages = consumer_->take(i, kTake);
  if (!messages) return messages.error();
  if (auto taken = place.table->take(input, *messages); !taken) return taken.error();
  input.next = std::max(input.next, consumer_->position(i));  // behind what no reader gets
  around_.durable.set(input.at, input.next);
  return !messages->empty();
}

bool GlobalReader::complete() const {
  return open_ && std::all_of(tables_.begin(), tables_.end(),
                              [](const auto& table) { return table->complete(); });
}

void GlobalReader::show_complete() {
  for (size_t i = 0; i < tables_.size(); ++i) {
    const GlobalTable& table = *tables_[i];
    if (shown_[i] || !table.complete()) continue;
    shown_[i] = true;
    around_.tables.show({table.name(), 0, 1, table.rows(), heartbeat_});
    parts_.metrics
        .counter(
            "restored_rows_total",
            "rows that were read before tables were there: of changelogs, of global tables' topics",
            {{"table", table.name()}})
        .add(static_cast<double>(table.records()));
    const Duration took = parts_.clock.steady() - started_;
    if (took >= kTellAbove)
      log::info("store", "table {} is here: {} records read in {}", table.name(), table.records(),
                format_elapsed(took));
  }
}

Result<void> GlobalReader::publish() {
  const Duration now = parts_.clock.steady();
  if (now - published_ < kPublishEvery) return {};
  published_ = now;
  if (open_)
    for (const auto& table : tables_)
      if (auto kept = table->keep(false); !kept) return kept;
  MemberStatus told = status();
  set_lag(parts_.metrics, parts_.clock.wall(), told.tasks);
  around_.board.publish(around_.consumer.client_id, std::move(told));
  return {};
}

MemberStatus GlobalReader::status() const {
  MemberStatus status;
  status.joined = true;
  std::string reading;
  for (const auto& table : tables_) {
    status.pipeline_records[table->name()] = static_cast<double>(table->records());
    if (!table->complete() && reading.empty())
      reading = fmt::format("reading {}: {} %", table->name(), table->percent());
  }
  for (size_t i = 0; i < places_.size(); ++i) {
    const auto& [table, input] = places_[i];
    TaskStatus task;
    task.stage = table->name();
    task.at = input->at;
    task.state = table->complete() ? "running" : "starting";
    task.position = input->next;
    task.written = input->next;
    task.waits = held() || !open_ || !consumer_;
    task.event_time = input->event_time;
    if (consumer_) task.end = consumer_->known_end(i);
    status.tasks.push_back(std::move(task));
  }
  if (!waits_for_.empty() && !complete()) reading = waits_for_;
  if (!reading.empty()) status.reasons.push_back({"starting", {{"waits_for", reading}}});
  return status;
}

void GlobalReader::wait() {
  if (consumer_)
    consumer_->wait(kWaitAtMost);
  else
    std::this_thread::sleep_for(kWaitAtMost);
}

void GlobalReader::stop() {
  for (const auto& table : tables_)
    if (auto kept = table->keep(true); !kept)
      log::warn("store", "table {}: {}", table->name(), kept.error().message);
  consumer_.reset();
}

}  // namespace streamworker
