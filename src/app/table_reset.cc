#include "app/table_reset.h"

#include <algorithm>

#include "app/letter_box.h"
#include "base/format.h"
#include "base/human.h"
#include "store/changelog.h"

namespace streamworker {

namespace {

constexpr int kTries = 60;  // of a deletion: brokers hear of a new policy one after the other
constexpr Duration kPause = std::chrono::milliseconds(500);
constexpr size_t kMostReplaced = 50;  // incarnations that a reset names

// Up to the comma so many names on.
std::string first_of(const std::string& names, size_t count) {
  size_t end = 0;
  for (; count > 0 && end != std::string::npos; --count)
    end = names.find(',', end == 0 ? 0 : end + 1);
  return names.substr(0, end);
}

// Another incarnation, which names the one that it was, and those before that.
void succeed(store::Progress& progress, std::string name) {
  while (name == progress.incarnation || store::replaces(progress, name)) name += "r";
  std::string before = progress.incarnation;
  if (!progress.replaces.empty()) before += "," + progress.replaces;
  progress.replaces = first_of(before, kMostReplaced);
  progress.incarnation = std::move(name);
}

}  // namespace

TableReset::TableReset(Log& log, const config::File& file, const Plan& plan, const ResetPlan& what,
                       const Clock& clock)
    : log_(log), file_(file), plan_(plan), what_(what), clock_(clock) {
  ConsumerSettings settings;
  settings.group = file.app;
  settings.client_id = file.app + "-reset";
  consumer_ = log.consumer(settings);
}

Result<void> TableReset::check(bool force) {
  if (auto none = check_members(); !none) return none;
  auto topics = find_topics(log_, file_, plan_);
  if (!topics) return topics.error();
  topics_ = std::move(*topics);
  return look_at_sources(force);
}

Result<void> TableReset::check_members() {
  const auto members = log_.members(file_.app);
  if (!members) return members.error();
  if (*members == 0) return {};
  return stop(fmt::format(
      "{} of {} on {}: stop all workers first. One that was killed, or that has an `instance`, "
      "counts for some 10 s more",
      *members == 1 ? "there is a member" : fmt::format("there are {} members", *members),
      file_.app, log_.name()));
}

Result<void> TableReset::look_at_sources(bool force) {
  std::vector<std::string> gone;
  for (const size_t stage : what_.sources) {
    const std::string& topic = plan_.stages[stage].topic;
    if (!topics_.contains(topic))
      return stop("topic " + topic + " does not exist on " + log_.name() +
                  ": there is nothing to build the table from");
    if (auto looked = ask_marks(topic); !looked) return looked;
    for (int32_t i = 0; i < topics_.at(topic).partitions; ++i)
      if (const Offset start = marks_.at({topic, i}).start; start > 0)
        gone.push_back(fmt::format("{}[{}] begins at {}", topic, i, start));
  }
  if (gone.empty() || force) return {};
  return stop(
      fmt::format("the source does not reach back: {}, and what was there before would be "
                  "missing in the table. `--force` builds it from what is left",
                  fmt::join(gone, ", ")));
}

// How far all partitions of a topic reach.
Result<void> TableReset::ask_marks(const std::string& topic) {
  for (int32_t i = 0; i < topics_.at(topic).partitions; ++i) {
    const auto marks = log_.watermarks({topic, i});
    if (!marks) return marks.error();
    marks_[{topic, i}] = *marks;
  }
  return {};
}

Result<void> TableReset::run() {
  if (auto done = prepare(); !done) return done;
  if (auto done = find_parts(); !done) return done;
  for (Part& part : parts_)
    if (auto done = read_old(part); !done) return done;
  if (auto done = write(true); !done) return done;
  if (auto none = check_members(); !none) return none;
  return write(false);
}

// Changelogs that the worker would refuse are mended, missing topics made.
Result<void> TableReset::prepare() {
  for (const std::string& topic : changelogs())
    if (const auto found = topics_.find(topic); found != topics_.end() && !found->second.compacted)
      if (auto set = log_.set(topic, changelog_settings()); !set) return set;
  auto topics = prepare_topics(log_, file_, plan_);
  if (!topics) return topics.error();
  topics_ = std::move(*topics);
  return {};
}

Result<void> TableReset::find_parts() {
  parts_.clear();
  for (const auto& [s, n] : what_.tables) {
    const Stage& stage = plan_.stages[s];
    const auto& table = std::get<TablePlan>(stage.nodes[n].operation);
    if (auto asked = ask_marks(stage.topic); !asked) return asked;
    for (int32_t i = 0; i < topics_.at(stage.topic).partitions; ++i) {
      const TopicPartition at{stage.topic, i};
      const Watermarks& marks = marks_.at(at);
      const Offset start = what_.sources.contains(s) ? marks.start : marks.end;
      parts_.push_back({&stage, &table, {table.changelog, i}, {at, start}, {}});
    }
  }
  return {};
}

// What the changelog said last, of which the new state is the successor.
Result<void> TableReset::read_old(Part& part) {
  store::Progress old;
  const auto each = [&](const Message& message) -> Result<bool> {
    const auto change = store::change_of(message);
    if (!change || !change->progress) return true;  // whatever stands there goes
    if (auto progress = store::progress_of(*change->value)) old = std::move(*progress);
    return true;
  };
  if (auto settled = settled_offsets(*consumer_, {part.input.at}); !settled) return settled.error();
  if (auto read = read_all(log_, *consumer_, part.changelog, each); !read) return read;
  part.progress.incarnation = old.incarnation;
  part.progress.replaces = old.replaces;
  return {};
}

Result<void> TableReset::write(bool begun) {
  std::vector<Committed> offsets;
  if (!begun) {
    auto moved = moved_offsets();
    if (!moved) return moved.error();
    offsets = std::move(*moved);
  }
  const auto producer = log_.producer(file_.app + "-reset", changelogs());
  if (auto started = producer->start(); !started) return started;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall());
  for (Part& part : parts_) {
    succeed(part.progress, fmt::format("{}-{}", part.input.at.partition,
                                       clock_.wall().time_since_epoch().count()));
    part.progress.fingerprint = begun ? "" : part.table->fingerprint;
    part.progress.inputs.clear();
    if (!begun) part.progress.inputs = {part.input};
    const std::string bytes = store::to_bytes(part.progress);
    const OutRecord record{part.changelog.partition, now, store::kProgressKey, bytes};
    if (auto done = producer->produce(part.changelog.topic, std::span(&record, 1)); !done)
      return done;
  }
  if (auto done = producer->commit(offsets, *consumer_->group()); !done) return done;
  return begun ? empty_changelogs(*producer) : Result<void>();
}

// What says that the reset has begun stays: it names the state of before.
Result<void> TableReset::empty_changelogs(const Producer& producer) {
  auto open = changelog_settings();
  open["cleanup.policy"] = "compact,delete";  // else a server refuses to delete records
  for (const std::string& topic : changelogs())
    if (auto set = log_.set(topic, open); !set) return set;
  std::vector<Position> below;
  for (const Part& part : parts_) {
    const auto end = producer.end_of(part.changelog);
    if (!end) return retry("the log does not say where " + to_string(part.changelog) + " ends");
    below.push_back({part.changelog, *end - 1});
  }
  if (auto done = delete_below(below); !done) return done;
  for (const std::string& topic : changelogs())
    if (auto set = log_.set(topic, changelog_settings()); !set) return set;
  return {};
}

Result<void> TableReset::delete_below(const std::vector<Position>& below) {
  for (int attempt = 1;; ++attempt) {
    auto done = log_.delete_records(below);
    if (done || attempt == kTries) return done;
    consumer_->wait(kPause);
  }
}

std::vector<std::string> TableReset::sources() const {
  std::vector<std::string> all;
  for (const size_t stage : what_.sources) {
    const std::string& topic = plan_.stages[stage].topic;
    const int32_t count = topics_.at(topic).partitions;
    int64_t records = 0;
    for (int32_t i = 0; i < count; ++i)
      records += marks_.at({topic, i}).end - marks_.at({topic, i}).start;
    all.push_back(fmt::format("topic {} ({} {}, {} records)", topic, count,
                              count == 1 ? "partition" : "partitions", format_count(records)));
  }
  return all;
}

std::vector<std::string> TableReset::tables() const {
  std::vector<std::string> all;
  for (const auto& [s, n] : what_.tables) all.push_back(plan_.stages[s].nodes[n].pipeline);
  return all;
}

std::vector<std::string> TableReset::changelogs() const {
  std::vector<std::string> all;
  for (const auto& [s, n] : what_.tables)
    all.push_back(std::get<TablePlan>(plan_.stages[s].nodes[n].operation).changelog);
  return all;
}

}  // namespace streamworker
