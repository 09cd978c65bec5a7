#include "app/letter_replay.h"

#include <algorithm>
#include <span>

#include "base/format.h"
#include "process/replay.h"
#include "runtime/replay_routes.h"

namespace streamworker {

namespace {

constexpr int64_t kTransaction = 200;                   // letters
constexpr Duration kLongest = std::chrono::seconds(2);  // of a transaction; Kafka ends it after 10
constexpr int64_t kEach = 100;        // records that are read between two looks at `progress`
constexpr int64_t kHeaderRoom = 512;  // more than what a replay adds, and a batch costs

int64_t size_of(const Letter& letter) {
  int64_t size = kHeaderRoom;
  for (const auto& [name, value] : letter.headers)
    size += static_cast<int64_t>(name.size() + value.value_or("").size()) + 10;
  return size + static_cast<int64_t>(letter.key.value_or("").size()) +
         static_cast<int64_t>(letter.value.value_or("").size());
}

bool moves_group(const Node& node) { return !kafka_output(node).empty(); }

void add_headers(const Letter& letter, const std::string& app, OwnedHeaders& to) {
  for (const auto& [name, value] : letter.headers)
    if (name != kReplayApp && name != kReplayPipeline && name != kReplaySink) to.add(name, value);
  if (letter.id.pipeline.empty()) return;
  to.add(std::string(kReplayApp), app);
  to.add(std::string(kReplayPipeline), letter.id.pipeline);
  if (!letter.id.sink.empty()) to.add(std::string(kReplaySink), letter.id.sink);
}

}  // namespace

LetterReplay::LetterReplay(Log& log, const config::File& file, const Plan& plan, const Clock& clock)
    : log_(log),
      file_(file),
      plan_(plan),
      clock_(clock),
      consumer_(letter_consumer(log, file.app)),
      producer_(log.producer(file.app + "-dead-letters-replay")) {}

Result<void> LetterReplay::start() {
  if (auto started = producer_->start(); !started) return started;
  return look_at_sources();
}

Result<void> LetterReplay::run(const std::vector<StoredLetter>& wanted,
                               const std::function<bool(int64_t)>& progress) {
  const std::set<Offset> stored = possible(wanted);
  if (stored.empty()) return {};
  int64_t seen = 0;
  const auto one = [&](const Message& message) -> Result<bool> {
    if (++seen % kEach == 0 && !progress(replayed_)) return false;
    if (auto done = commit_if_due(); !done) return done.error();
    if (stored.contains(message.offset))
      if (auto done = replay(message); !done) return done.error();
    return message.offset < *stored.rbegin();
  };
  auto read = read_all(log_, *letter_consumer(log_, file_.app), {file_.dead_letters.topic, 0}, one);
  return read ? commit() : read;
}

Result<void> LetterReplay::replay(const Message& message) {
  const LetterRecord record = read_letter(message);
  const auto* letter = std::get_if<Letter>(&record);
  return letter == nullptr ? Result<void>() : replay(*letter);
}

// Where those stand that can be replayed; the others are counted.
std::set<Offset> LetterReplay::possible(const std::vector<StoredLetter>& wanted) {
  std::set<Offset> stored;
  for (const StoredLetter& one : wanted) {
    const std::string why = obstacle(one.letter);
    if (why.empty())
      stored.insert(one.stored);
    else
      ++left_[why];
  }
  return stored;
}

// Letters that were chosen may be rare among those that are read.
Result<void> LetterReplay::commit_if_due() {
  const bool old = open_ > 0 && clock_.steady() - opened_ >= kLongest;
  return old || open_ >= kTransaction ? commit() : Result<void>();
}

Result<void> LetterReplay::commit() {
  if (open_ == 0) return {};
  if (auto done = producer_->commit({}, *consumer_->group()); !done) return done;
  replayed_ += std::exchange(open_, 0);
  return {};
}

Result<void> LetterReplay::replay(const Letter& letter) {
  if (size_of(letter) > sources_.at(letter.id.at).limit) {
    ++left_["with the headers of a replay it is larger than its topic takes"];
    return {};
  }
  OwnedHeaders headers;
  add_headers(letter, file_.app, headers);
  OutRecord record;
  record.partition = letter.id.at.partition;
  record.timestamp = letter.timestamp;
  if (open_ == 0) opened_ = clock_.steady();
  if (letter.key) record.key = *letter.key;
  if (letter.value) record.value = *letter.value;
  if (!headers.get().empty()) record.headers = &headers.get();
  if (auto done = producer_->produce(letter.id.at.topic, std::span(&record, 1)); !done) return done;
  OwnedHeaders note;
  add_block(ReplayNote{file_.app, letter.id}, note);
  OutRecord said;
  said.timestamp = letter.timestamp;
  said.headers = &note.get();
  if (auto done = producer_->produce(file_.dead_letters.topic, std::span(&said, 1)); !done)
    return done;
  ++open_;
  return {};
}

std::string LetterReplay::obstacle(const Letter& letter) const {
  if (!letter.cut.empty()) return "it was cut, since it is larger than the dead-letter topic takes";
  if (std::string why = misses(letter.id); !why.empty()) return why;
  return obstacle_of(letter.id);
}

const Stage* LetterReplay::stage_of(const TopicPartition& at) const {
  for (const Stage& stage : plan_.stages)
    if (stage.topic == at.topic) return &stage;
  return nullptr;
}

std::set<std::string> LetterReplay::apart(const Stage& stage, const LetterId& id) const {
  std::set<std::string> names;
  if (std::none_of(stage.nodes.begin(), stage.nodes.end(), moves_group)) return names;
  const auto route = ReplayRoutes(stage, file_.app).route(id.pipeline, id.sink);
  for (size_t i = 0; i < stage.nodes.size(); ++i) {
    const Node& node = stage.nodes[i];
    if (!is_sink(node) || moves_group(node)) continue;
    if (id.pipeline.empty() || route.takes[i]) names.insert(node.pipeline + "/" + node.sink);
  }
  return names;
}

std::set<std::string> LetterReplay::apart(const std::vector<StoredLetter>& wanted) const {
  std::set<std::string> names;
  std::set<std::pair<const Stage*, std::pair<std::string, std::string>>> looked_at;
  for (const StoredLetter& one : wanted) {
    const LetterId& id = one.letter.id;
    const Stage* stage = stage_of(id.at);
    if (stage != nullptr && looked_at.insert({stage, {id.pipeline, id.sink}}).second)
      names.merge(apart(*stage, id));
  }
  return names;
}

// The plan must still have what the record is replayed for.
std::string LetterReplay::misses(const LetterId& id) const {
  const Stage* stage = stage_of(id.at);
  if (stage == nullptr) return "no pipeline reads topic " + id.at.topic + " any more";
  if (id.pipeline.empty()) return {};
  const ReplayRoutes routes(*stage, file_.app);
  if (!routes.route(id.pipeline, id.sink).empty) return {};
  return fmt::format("pipeline {} has no {} behind topic {} any more", id.pipeline,
                     id.sink.empty() ? "step" : "sink " + id.sink, id.at.topic);
}

std::string LetterReplay::obstacle_of(const LetterId& id) const {
  const auto found = sources_.find(id.at);
  if (found == sources_.end()) return to_string(id.at) + " does not exist any more";
  const auto& committed = found->second.committed;
  if (committed && id.offset < *committed) return {};
  return "the application is not past it: run it, then replay again";
}

Result<void> LetterReplay::look_at_sources() {
  std::vector<TopicPartition> all;
  for (const Stage& stage : plan_.stages) {
    auto topic = log_.describe(stage.topic);
    if (!topic) return topic.error();
    for (int32_t partition = 0; *topic && partition < (*topic)->partitions; ++partition) {
      const TopicPartition at{stage.topic, partition};
      if (sources_.insert({at, {{}, (*topic)->max_message_bytes}}).second) all.push_back(at);
    }
  }
  if (all.empty()) return {};
  auto committed = settled_offsets(*consumer_, all);
  if (!committed) return committed.error();
  for (const Committed& one : *committed) sources_.at(one.at).committed = one.offset;
  return {};
}

}  // namespace streamworker
