#include "store/table_state.h"

#include "log/embedded/embedded.h"
#include "store/restore.h"
#include "unit/catch.h"
#include "unit/store/folder.h"

namespace streamworker::store {
namespace {

using std::chrono::seconds;

constexpr const char* kTopic = "app-t-changelog";
const WallTime kNow{seconds(1'700'000'000)};

class World {
 public:
  World() : folder_() {
    log_ = std::move(open_embedded(folder_ / "log").value());
    NewTopic topic;
    topic.name = kTopic;
    REQUIRE(log_->create(topic));
    producer_ = log_->producer("t", {kTopic});
    REQUIRE(producer_->start());
  }
  std::unique_ptr<TableState> state(const std::string& fingerprint = "key: a\n") {
    return std::make_unique<TableState>(
        TablePlace{
            "t", folder_ / "t", {kTopic, 0}, {"data", 0}, fingerprint, std::chrono::hours(24)},
        std::make_shared<rocks::Budget>(1UL << 20, 4UL << 20));
  }
  // As a task's start does.
  Result<void> load(TableState& state) {
    if (auto opened = state.open(); !opened) return opened;
    Restore restore(*state.partition(), 1UL << 20);
    const Offset end = log_->watermarks({kTopic, 0}).value().end;
    auto consumer = log_->consumer({});
    REQUIRE(consumer->fetch({{{kTopic, 0}, restore.start()}}));
    while (consumer->position(0) < end) REQUIRE(restore.take(consumer->take(0, 100).value()));
    restored = restore.records();
    REQUIRE(restore.finish(end, kNow));
    return state.loaded();
  }
  void commit(TableState& state, const std::vector<RowChange>& rows, Offset next, Duration now) {
    REQUIRE(state.send(*producer_, rows, next, kNow));
    commit_log();
    REQUIRE(state.committed(*producer_, kNow, now));
  }
  void commit_log() { REQUIRE(producer_->commit({}, *log_->consumer({})->group())); }
  int64_t restored = 0;
  Producer& producer() { return *producer_; }

 private:
  Folder folder_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Producer> producer_;
};

TEST_CASE("a table of which nothing is known is new, until it is told where to start") {
  World world;
  auto state = world.state();
  REQUIRE(world.load(*state));
  CHECK(state->is_new());
  CHECK_FALSE(state->position());
  state->start_at(7);
  CHECK_FALSE(state->is_new());
  CHECK(state->position() == 7);
  CHECK(state->due(false, 7, seconds(100)));  // the start itself is to be kept
}

TEST_CASE("a commit is on the disk with its progress, and the next start replays nothing") {
  World world;
  {
    auto state = world.state();
    REQUIRE(world.load(*state));
    state->start_at(0);
    world.commit(*state, {{"a", "1"}, {"b", "2"}}, 10, seconds(1));
    world.commit(*state, {{"a", {}}}, 12, seconds(2));
    CHECK(state->position() == 12);
  }
  auto state = world.state();
  REQUIRE(world.load(*state));
  CHECK(world.restored == 0);
  CHECK(state->position() == 12);
  CHECK_FALSE(state->partition()->get("a").value());
  CHECK(state->partition()->get("b").value() == "2");
}

TEST_CASE("what was committed and did not reach the disk comes from the changelog") {
  World world;
  {
    auto state = world.state();
    REQUIRE(world.load(*state));
    state->start_at(0);
    world.commit(*state, {{"a", "1"}}, 10, seconds(1));
    REQUIRE(state->send(world.producer(), {{"a", "2"}}, 20, kNow));
    world.commit_log();  // and then the process is killed
  }
  auto state = world.state();
  REQUIRE(world.load(*state));
  CHECK(world.restored == 1);
  CHECK(state->position() == 20);
  CHECK(state->partition()->get("a").value() == "2");
}

TEST_CASE("positions and times alone are written once a second, rows and closed windows at once") {
  World world;
  auto state = world.state();
  REQUIRE(world.load(*state));
  state->start_at(0);
  world.commit(*state, {}, 5, seconds(10));
  CHECK_FALSE(state->due(false, 5, seconds(20)));
  CHECK_FALSE(state->due(false, 6, seconds(10) + std::chrono::milliseconds(900)));
  CHECK(state->due(false, 6, seconds(11)));
  CHECK(state->due(true, 5, seconds(10)));
  state->progress().stream_time = EventTime(seconds(3));
  CHECK_FALSE(state->due(false, 5, seconds(10)));
  CHECK(state->due(false, 5, seconds(11)));
  state->progress().closed = EventTime(seconds(3));
  CHECK(state->due(false, 5, seconds(10)));
}

TEST_CASE("a changed definition is refused, and its difference named") {
  World world;
  {
    auto state = world.state("key: a\ncolumns.n: count(*)\n");
    REQUIRE(world.load(*state));
    state->start_at(0);
    world.commit(*state, {{"a", "1"}}, 10, seconds(1));
  }
  auto state = world.state("key: a\ncolumns.n: sum(x)\n");
  const auto loaded = world.load(*state);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().remedy == Remedy::Stop);
  CHECK(
      loaded.error().message ==
      "the definition of table t has changed, and its rows were made by the old one: it was "
      "`columns.n: count(*)` and is `columns.n: sum(x)`. Set it back; or stop the workers and run "
      "`streamworker reset --table t`, which builds it again from its source; or give the table a "
      "new name, and it is built beside the old one");
}

TEST_CASE("rows are too old when deletions may be gone from what follows them") {
  World world;
  auto state = world.state();
  REQUIRE(world.load(*state));
  CHECK_FALSE(state->is_too_old(kNow + std::chrono::hours(1000)));
  state->start_at(0);
  world.commit(*state, {{"a", "1"}}, 5, seconds(10));
  CHECK_FALSE(state->is_too_old(kNow + std::chrono::hours(12)));
  CHECK(state->is_too_old(kNow + std::chrono::hours(12) + seconds(1)));
}

}  // namespace
}  // namespace streamworker::store
