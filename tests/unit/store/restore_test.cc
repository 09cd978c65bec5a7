#include "store/restore.h"

#include <random>

#include "log/embedded/embedded.h"
#include "store/changelog.h"
#include "unit/catch.h"
#include "unit/store/folder.h"

namespace streamworker::store {
namespace {

using Rows = std::map<std::string, std::string>;
using Changes = std::map<std::string, std::optional<std::string>>;

constexpr const char* kTopic = "app-t-changelog";

// A table's partition as its owner keeps it: a changelog, and what its rows are after each commit.
class Table {
 public:
  explicit Table(const Folder& folder) : folder_(folder / "log") {
    log_ = std::move(open_embedded(folder_).value());
    NewTopic topic;
    topic.name = kTopic;
    REQUIRE(log_->create(topic));
    start();
  }
  void start() {
    producer_.reset();
    producer_ = log_->producer("t");
    REQUIRE(producer_->start());
  }
  // Produces one commit; `commits`: else the transaction is left open, and aborted by `start`.
  void change(const Changes& changes, bool commits = true) {
    for (const auto& [key, value] : changes) {
      std::string wire;
      append_row_key(key, wire);
      produce(wire, value);
    }
    Progress progress = progress_;
    progress.inputs = {{{"data", 0}, ++commits_}};
    produce(std::string(kProgressKey), to_bytes(progress));
    if (!commits) return;
    REQUIRE(producer_->commit({}, *log_->consumer({})->group()));
    progress_ = progress;
    for (const auto& [key, value] : changes) {
      rows_.erase(key);
      if (value) rows_[key] = *value;
    }
  }
  void produce(const std::string& key, const std::optional<std::string>& value) {
    OutRecord record;
    record.key = key;
    record.value = value;
    record.timestamp = EventTime(std::chrono::seconds(1));
    REQUIRE(producer_->produce(kTopic, std::span(&record, 1)));
  }
  void produce_alone(const std::string& key, const std::optional<std::string>& value) {
    produce(key, value);
    REQUIRE(producer_->commit({}, *log_->consumer({})->group()));
  }
  // From the partition's end to the changelog's, or so many records only.
  Result<int64_t> restore(Partition& partition, size_t piece = 1UL << 20,
                          size_t most = SIZE_MAX) const {
    Restore restore(partition, piece);
    const Offset end = log_->watermarks({kTopic, 0}).value().end;
    auto consumer = log_->consumer({});
    REQUIRE(consumer->fetch({{{kTopic, 0}, restore.start()}}));
    size_t taken = 0;
    while (consumer->position(0) < end) {
      auto some = consumer->take(0, 7);
      REQUIRE(some);
      if (auto done = restore.take(*some); !done) return done.error();
      if (restore.replaced()) return stop("replaced");
      taken += some->size();
      if (taken >= most) return restore.records();
    }
    auto done = restore.finish(end, WallTime(std::chrono::seconds(77)));
    return done ? Result<int64_t>(restore.records()) : done.error();
  }
  const Rows& rows() const { return rows_; }
  Progress& progress() { return progress_; }

 private:
  std::string folder_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Producer> producer_;
  Rows rows_;
  Progress progress_{{}, {}, {}, {}, "f", "one", ""};
  int64_t commits_ = 0;
};

Partition opened(const std::string& folder) {
  auto partition = Partition::open(folder, std::make_shared<rocks::Budget>(1UL << 20, 4UL << 20));
  if (!partition) FAIL(partition.error().message);
  return std::move(*partition);
}

Rows rows_of(const Partition& partition) {
  Rows out;
  auto it = partition.rows("", "");
  for (it.seek("r"); it.valid(); it.next()) out.emplace(Partition::key_of_row(it), it.value());
  REQUIRE(it.status());
  return out;
}

Changes random_changes(std::minstd_rand& random) {
  Changes out;
  for (size_t n = random() % 20; n > 0; --n) {
    auto& value = out["key-" + std::to_string(random() % 50)];
    value.reset();
    if (random() % 4 != 0) value = std::to_string(random());
  }
  return out;
}

TEST_CASE("an empty partition gets everything, in pieces of any size") {
  const Folder folder;
  Table table(folder);
  std::minstd_rand random(7);
  for (int i = 0; i < 100; ++i) table.change(random_changes(random));
  const size_t piece = GENERATE(1, 500, 1 << 20);
  Partition partition = opened(folder / "t");
  CHECK(table.restore(partition, piece).value() > 500);
  CHECK(rows_of(partition) == table.rows());
  CHECK(partition.stored()->progress == table.progress());
  CHECK(partition.stored()->written == WallTime(std::chrono::seconds(77)));
  CHECK(table.restore(partition).value() == 0);
}

TEST_CASE("a partition with rows gets the tail, commit by commit") {
  const Folder folder;
  Table table(folder);
  std::minstd_rand random(3);
  Partition partition = opened(folder / "t");
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 5; ++i) table.change(random_changes(random));
    CHECK(table.restore(partition).value() < 200);
    CHECK(rows_of(partition) == table.rows());
    CHECK(partition.stored()->progress == table.progress());
  }
}

TEST_CASE("a restore that is cut off goes on, or begins again") {
  const Folder folder;
  Table table(folder);
  std::minstd_rand random(5);
  for (int i = 0; i < 50; ++i) table.change(random_changes(random));
  {
    Partition partition = opened(folder / "t");
    REQUIRE(table.restore(partition, 200, 150));
  }
  {
    Partition partition = opened(folder / "t");
    CHECK_FALSE(partition.stored());  // half filled is empty
    REQUIRE(table.restore(partition));
  }
  for (int i = 0; i < 50; ++i) table.change(random_changes(random));
  {
    Partition partition = opened(folder / "t");
    REQUIRE(table.restore(partition, 200, 150));
  }
  Partition partition = opened(folder / "t");
  CHECK(partition.stored()->changelog > 0);
  REQUIRE(table.restore(partition));
  CHECK(rows_of(partition) == table.rows());
}

TEST_CASE("what was aborted is not there") {
  const Folder folder;
  Table table(folder);
  Partition partition = opened(folder / "t");
  table.change({{"a", "1"}});
  table.change({{"a", "2"}, {"b", "2"}}, false);
  table.start();
  REQUIRE(table.restore(partition));
  CHECK(rows_of(partition) == Rows{{"a", "1"}});
  table.change({{"c", "3"}});
  REQUIRE(table.restore(partition));
  CHECK(rows_of(partition) == Rows{{"a", "1"}, {"c", "3"}});
}

TEST_CASE("an empty changelog leaves an empty partition") {
  const Folder folder;
  Table table(folder);
  Partition partition = opened(folder / "t");
  CHECK(table.restore(partition).value() == 0);
  CHECK_FALSE(partition.stored());
}

TEST_CASE("a changelog of other state is refused") {
  const Folder folder;
  Table table(folder);
  Partition partition = opened(folder / "t");
  table.change({{"a", "1"}});
  REQUIRE(table.restore(partition));
  table.progress().incarnation = "two";
  table.change({{"a", "2"}});
  const auto refused = table.restore(partition);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("incarnation two") != std::string::npos);
  CHECK(rows_of(partition) == Rows{{"a", "1"}});
}

TEST_CASE("rows of before a reset are replaced, however many resets ago") {
  const Folder folder;
  Table table(folder);
  Partition partition = opened(folder / "t");
  table.change({{"a", "1"}});
  REQUIRE(table.restore(partition));
  table.progress().incarnation = "four";
  table.progress().replaces = GENERATE("one", "three,two,one");
  table.change({{"b", "2"}});
  CHECK(table.restore(partition).error().message == "replaced");
  REQUIRE(partition.clear());
  REQUIRE(table.restore(partition));
  CHECK(partition.stored()->progress.incarnation == "four");
  CHECK(table.restore(partition).value() == 0);
}

TEST_CASE("which incarnations are replaced") {
  Progress progress;
  CHECK_FALSE(replaces(progress, ""));
  progress.replaces = "0-12,0-1";
  CHECK(replaces(progress, "0-12"));
  CHECK(replaces(progress, "0-1"));
  CHECK_FALSE(replaces(progress, "0-"));
  CHECK_FALSE(replaces(progress, "0-2"));
}

TEST_CASE("records that no table wrote are refused") {
  const Folder folder;
  Table table(folder);
  Partition partition = opened(folder / "t");
  SECTION("an unknown key") { table.produce_alone("x", "1"); }
  SECTION("no key") { table.produce_alone("", "1"); }
  SECTION("progress without value") { table.produce_alone(std::string(kProgressKey), {}); }
  SECTION("progress that is none") { table.produce_alone(std::string(kProgressKey), "\1x"); }
  SECTION("rows without progress") { table.produce_alone("\1a", "1"); }
  CHECK_FALSE(table.restore(partition));
}

}  // namespace
}  // namespace streamworker::store
