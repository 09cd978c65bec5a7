#include "unit/runtime/harness.h"

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "app/table_reset.h"
#include "sql/sqlite.h"
#include "unit/catch.h"

namespace streamworker {

namespace {

constexpr auto kPatience = std::chrono::seconds(20);

std::string fresh_folder() {
  std::string name =
      (std::filesystem::temp_directory_path() / "streamworker-runtime-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

}  // namespace

std::string record(int n) {
  return R"({"id":")" + std::to_string(n) + R"(","n":)" + std::to_string(n) + "}";
}

Harness::Harness(const std::string& yaml) : folder(fresh_folder()), yaml_(yaml) { start(); }

Harness::~Harness() {
  stop(false);
  log.reset();
  std::filesystem::remove_all(folder);
}

void Harness::start() {
  if (!log) {
    auto opened = open_embedded(folder + "/log");
    if (!opened) throw std::runtime_error(opened.error().message);
    log = std::move(*opened);
  }
  const std::string head =
      "app: test\nkafka: {brokers: embedded}\n"
      "databases: {db: {url: \"sqlite:///" +
      folder + "/out.db\"}, beside: {url: \"sqlite:///" + folder + "/beside.db\"}}\n";
  try {
    file_ = config::parse_text(head + yaml_, folder + "/test.yaml");
    plan_ = compile(file_);
  } catch (const config::ConfigError& error) {
    throw std::runtime_error(error.text());
  }
  auto topics = prepare_topics(*log, file_, plan_);
  if (!topics) throw std::runtime_error(topics.error().message);
  topics_ = *topics;
  parts_ = std::make_unique<Parts>(
      Parts{file_, plan_, topics_, clock, metrics_, *log, folder + "/tables",
            std::make_shared<rocks::Budget>(1UL << 20, 1UL << 20), 16UL << 20});
  parts_->taps = &taps;
  StreamThreadSettings settings;
  for (const Stage& stage : plan_.stages) settings.topics.push_back(stage.topic);
  settings.changelogs = changelogs_of(plan_);
  settings.consumer.group = file_.app;
  settings.consumer.client_id = "test-0";
  live = std::make_shared<SharedSettings>(live_settings(file_));
  settings.live = live;
  settings.offset_reset = file_.offset_reset;
  settings.drain = file_.drain;
  settings.hold = &hold;
  stream = std::make_unique<StreamThread>(settings, *log, clock, board_, durable_, metrics_);
  auto started = stream->start(
      std::make_unique<Assembly>(*parts_, "test-0", [raw = stream.get()] { raw->wake(); }));
  if (!started) throw std::runtime_error(started.error().message);
}

void Harness::stop(bool crash) {
  if (stream && !crash) stream->stop();
  stream.reset();
}

void Harness::restart(const std::string& yaml, bool crash) {
  stop(crash);
  if (!yaml.empty()) yaml_ = yaml;
  start();
}

std::string Harness::reset_table(const std::string& table, bool force) {
  stop(false);
  const config::File file = file_;  // a test may start the member meanwhile
  const Plan plan = compile(file);
  const auto what = plan_reset(plan, table);
  if (!what) return what.error().message;
  TableReset reset(*log, file, plan, *what, clock);
  if (auto checked = reset.check(force); !checked) return checked.error().message;
  told_again = what->told;
  const auto done = reset.run();
  return done ? "" : done.error().message;
}

void Harness::produce(const std::string& topic, int32_t partition, const std::string& key,
                      const std::string& value, int64_t milliseconds, const Headers* headers) {
  auto producer = log->producer("");
  REQUIRE((producer->start()).has_value());
  OutRecord record;
  record.partition = partition;
  record.key = key;
  record.value = value;
  record.headers = headers;
  record.timestamp = EventTime(std::chrono::milliseconds(milliseconds));
  REQUIRE((producer->produce(topic, std::span(&record, 1))).has_value());
  REQUIRE((producer->flush()).has_value());
}

bool Harness::step() {
  auto worked = stream->step();
  INFO((worked ? std::string() : worked.error().message));
  REQUIRE((worked).has_value());
  return *worked;
}

std::string Harness::failure() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (auto worked = stream->step(); !worked) return worked.error().message;
    clock.advance(std::chrono::milliseconds(10));
  }
  return "it goes on";
}

void Harness::settle() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  int quiet = 0;
  while (quiet < 3) {
    if (std::chrono::steady_clock::now() > deadline) FAIL("not settled within 20 s");
    bool waiting = !stream->running();
    const bool worked = step();
    for (const auto& task : stream->tasks())
      for (const DatabaseOutput* database : task->body().databases)
        waiting = waiting || database->waiting();
    quiet = worked || waiting ? 0 : quiet + 1;
    if (waiting) std::this_thread::yield();
  }
}

void Harness::advance(Duration by) {
  clock.advance(by);
  settle();
}

void Harness::pass() {
  settle();
  for (int i = 0; i < 3; ++i) advance(std::chrono::milliseconds(100));
  advance(std::chrono::seconds(2));
  for (int i = 0; i < 3; ++i) advance(std::chrono::milliseconds(100));
}

std::vector<std::string> Harness::rows(const std::string& sql, const std::string& database) {
  auto opened = sql::Connection::open(folder + "/" + database);
  REQUIRE((opened).has_value());
  auto statement = sql::Statement::prepare(*opened, sql);
  if (!statement) return {"error: " + statement.error().message};
  std::vector<std::string> all;
  for (auto there = statement->step(); there && *there; there = statement->step())
    all.push_back(statement->text_at(0));
  return all;
}

std::vector<std::string> Harness::topic(const std::string& name) {
  auto info = log->describe(name);
  REQUIRE((info).has_value());
  REQUIRE(info->has_value());
  std::vector<Position> from;
  for (int32_t i = 0; i < (*info)->partitions; ++i)
    from.push_back({{name, i}, log->watermarks({name, i}).value().start});
  ConsumerSettings settings;
  settings.group = "harness";
  settings.client_id = "harness";
  auto consumer = log->consumer(settings);
  REQUIRE((consumer->fetch(from)).has_value());
  std::vector<std::string> all;
  for (size_t i = 0; i < from.size(); ++i) {
    for (bool more = true; more;) {
      auto messages = consumer->take(i, 1000);
      REQUIRE((messages).has_value());
      for (const Message& one : *messages)
        all.push_back(std::string(one.key.value_or("null")) + "=" +
                      std::string(one.value.value_or("null")));
      more = !messages->empty();
    }
  }
  return all;
}

std::vector<std::string> Harness::letters() {
  LetterBox box("test");
  const auto read = read_all(*log, *letter_consumer(*log, "test"), {"test-dead-letters", 0},
                             [&](const Message& message) -> Result<bool> {
                               box.add(message);
                               return true;
                             });
  REQUIRE(read.has_value());
  std::vector<std::string> all;
  for (const auto& [id, stored] : box.left()) {
    const std::string sink = id.sink.empty() ? "" : "/" + id.sink;
    all.push_back(to_string(id.at) + "@" + std::to_string(id.offset) + " " + id.step + " of " +
                  id.pipeline + sink + ": " + stored.letter.message);
  }
  return all;
}

int64_t Harness::replay_letters(const std::function<bool(int64_t)>& progress) {
  LetterReplay replay(*log, file_, plan_, clock);
  REQUIRE(replay.start().has_value());
  LetterBox box("test");
  const auto add = [&](const Message& message) -> Result<bool> {
    box.add(message);
    return true;
  };
  REQUIRE(
      read_all(*log, *letter_consumer(*log, "test"), {"test-dead-letters", 0}, add).has_value());
  std::vector<StoredLetter> all;
  for (const auto& [id, stored] : box.left()) all.push_back(stored);
  replays_apart = replay.apart(all);
  if (before_replay) std::exchange(before_replay, {})();
  const auto done = replay.run(all, progress);
  INFO((done ? std::string() : done.error().message));
  REQUIRE(done.has_value());
  return replay.replayed();
}

std::optional<Offset> Harness::committed(const std::string& topic, int32_t partition) {
  ConsumerSettings settings;
  settings.group = "test";
  settings.client_id = "harness";
  auto all = log->consumer(settings)->all_committed({{topic, partition}});
  REQUIRE((all).has_value());
  return all->front().offset;
}

std::optional<Offset> Harness::durable(const std::string& topic, int32_t partition) const {
  const auto all = durable_.all();
  const auto found = all.find({topic, partition});
  if (found == all.end()) return {};
  return found->second;
}

std::vector<std::string> Harness::reasons() const {
  std::vector<std::string> all;
  for (const Reason& reason : board_.reasons()) {
    const auto error = reason.details.find("error");
    all.push_back(reason.what + (error == reason.details.end() ? "" : ": " + error->second));
  }
  return all;
}

std::string Harness::state(const std::string& topic, int32_t partition) const {
  for (const auto& [name, member] : board_.members())
    for (const TaskStatus& task : member.tasks)
      if (task.at == TopicPartition{topic, partition}) return task.state;
  return "";
}

double Harness::counter(const std::string& name, const Labels& labels) {
  return metrics_.counter(name, "", labels).value();
}

}  // namespace streamworker
