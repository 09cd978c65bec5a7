// Tables that every worker holds as a whole: when their rows are there, and when they are read
// again.
#include "app/global_reader.h"

#include <algorithm>
#include <filesystem>

#include <unistd.h>

#include "config/parse.h"
#include "log/embedded/embedded.h"
#include "unit/catch.h"
#include "unit/store/folder.h"

namespace streamworker {
namespace {

constexpr const char* kRates =
    "  rates: {topic: rates, key: id, global: true, partitions: 2, schema: {id: string, n: int}}\n";

// What the reader says is there.
class Shown final : public TableObserver {
 public:
  void show(OpenTable table) override { last = std::move(table); }
  void hide(const Heartbeat& /*owner*/) override {}
  void withdraw(const Heartbeat& /*owner*/) override { last.reset(); }
  std::optional<OpenTable> last;
};

// One reader after the other on the same log and the same folder.
class World {
 public:
  World() {
    std::string name =
        (std::filesystem::temp_directory_path() / "streamworker-global-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    open_log("log");
  }
  ~World() {
    reader.reset();
    log.reset();
    std::filesystem::remove_all(folder);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void open_log(const std::string& where) {
    reader.reset();
    log.reset();
    auto opened = open_embedded(folder + "/" + where);
    REQUIRE(opened.has_value());
    log = std::move(*opened);
  }
  void start(const std::string& tables = kRates) {
    reader.reset();
    file = config::parse_text("app: a\nkafka: {brokers: embedded}\ntables:\n" + tables, "a.yaml");
    plan = compile(file);
    auto prepared = prepare_topics(*log, file, plan);
    REQUIRE(prepared.has_value());
    topics = *prepared;
    parts = std::make_unique<Parts>(
        Parts{file, plan, topics, clock, metrics, *log, folder + "/tables", blocks, 1UL << 20});
    parts->taps = &taps;
    ConsumerSettings consumer;
    consumer.group = "a";
    consumer.client_id = "a-0";
    reader = std::make_unique<GlobalReader>(
        *parts, GlobalReader::Around{consumer, shown, board, durable, nullptr});
  }
  void produce(int32_t partition, const std::string& key, const std::optional<std::string>& value) {
    auto producer = log->producer("");
    REQUIRE(producer->start().has_value());
    OutRecord record;
    record.partition = partition;
    record.key = key;
    if (value) record.value = *value;
    REQUIRE(producer->produce("rates", std::span(&record, 1)).has_value());
    REQUIRE(producer->flush().has_value());
  }
  // Turns until nothing is left to do. The message of an error; empty: none.
  std::string settle() {
    for (int quiet = 0; quiet < 3;) {
      const auto worked = reader->step();
      if (!worked) return worked.error().message;
      quiet = *worked || !reader->complete() ? 0 : quiet + 1;
    }
    return {};
  }
  // The keys that are there to be read, in their order.
  std::string keys() const {
    REQUIRE(shown.last.has_value());
    if (!shown.last->rows) return "not there";
    std::string all;
    for (auto rows = shown.last->rows->rows("", ""); rows.valid(); rows.next())
      all += (all.empty() ? "" : " ") + std::string(store::Partition::key_of_row(rows));
    return all;
  }
  double consumed() {
    return metrics.counter("records_consumed_total", "records taken", {{"stream", "rates"}})
        .value();
  }

  std::string folder;
  ManualClock clock{WallTime(std::chrono::hours(24 * 365 * 50))};
  std::unique_ptr<Log> log;
  config::File file;
  Plan plan;
  Topics topics;
  Metrics metrics;
  StatusBoard board{clock};
  DurablePositions durable;
  std::shared_ptr<rocks::Budget> blocks = std::make_shared<rocks::Budget>(1UL << 20, 1UL << 20);
  Shown shown;
  Taps taps{clock};
  std::unique_ptr<Parts> parts;
  std::unique_ptr<GlobalReader> reader;
};

}  // namespace

TEST_CASE("rows are there once all was read that the topic had") {
  World world;
  world.start();
  world.produce(0, "a", R"({"n": 1})");
  world.produce(1, "b", R"({"n": 2})");
  CHECK(world.keys() == "not there");
  CHECK_FALSE(world.reader->complete());
  CHECK(world.settle().empty());
  CHECK(world.keys() == "a b");
  CHECK(world.board.reasons().empty());
  CHECK(world.durable.all().at({"rates", 1}) == 1);
  world.produce(1, "b", {});
  CHECK(world.settle().empty());
  CHECK(world.keys() == "a");
  world.reader.reset();
  CHECK_FALSE(world.shown.last);
}

TEST_CASE("who listens is told of rows when they can be read") {
  World world;
  world.start();
  const auto listener = world.taps.listen(world.taps.table("rates"), {});
  world.produce(1, "b", R"({"n": 2})");
  CHECK(world.settle().empty());
  world.produce(1, "b", {});
  CHECK(world.settle().empty());
  const auto came = listener->tap().next();
  REQUIRE(came.has_value());
  CHECK(came->event->key == "b");
  CHECK(came->event->value.has_value());
  const auto gone = listener->tap().next();
  REQUIRE(gone.has_value());
  CHECK_FALSE(gone->event->value.has_value());
}

TEST_CASE("the next one goes on where it was, also without a stop") {
  World world;
  world.start();
  world.produce(0, "a", R"({"n": 1})");
  CHECK(world.settle().empty());
  world.start();
  world.produce(0, "b", R"({"n": 1})");
  CHECK(world.settle().empty());
  CHECK(world.keys() == "a b");
  CHECK(world.consumed() == 2);
}

TEST_CASE("what is another table now, or of another log, is read again") {
  World world;
  world.start();
  world.produce(0, "a", R"({"n": 1})");
  CHECK(world.settle().empty());
  world.start(
      "  rates: {topic: rates, key: id, global: true, partitions: 2, schema: {id: string, n: "
      "\"int?\"}}\n");
  CHECK(world.settle().empty());
  CHECK(world.keys() == "a");
  CHECK(world.consumed() == 2);
  world.open_log("other");
  world.start();
  CHECK(world.settle().empty());
  CHECK(world.keys().empty());
}

TEST_CASE("damage that a reader meets: the topic is read again") {
  World world;
  world.start();
  for (int i = 1000; i < 2000; ++i) world.produce(0, std::to_string(i), R"({"n": 1})");
  CHECK(world.settle().empty());
  world.start();  // RocksDB makes a file of what its log has
  CHECK(world.settle().empty());
  const std::string folder = world.shown.last->rows->folder();
  world.blocks = std::make_shared<rocks::Budget>(1UL << 20, 1UL << 20);  // with nothing in it
  world.start();
  CHECK(world.settle().empty());
  store::flip_byte(folder, 6000);  // not in the first block, which was read
  for (int i = 1000; i < 2000; ++i) (void)world.shown.last->rows->get(std::to_string(i));
  CHECK(world.shown.last->rows->damaged());
  CHECK(world.settle().empty());
  CHECK(std::ranges::count(world.keys(), ' ') == 999);
  CHECK(world.metrics.counter("stores_set_aside_total", "damaged folders of tables", {}).value() ==
        1);
  CHECK(std::filesystem::exists(folder + ".damaged-1"));
}

TEST_CASE("records that were deleted before they were read: from the beginning again") {
  World world;
  world.start();
  world.produce(0, "a", R"({"n": 1})");
  CHECK(world.settle().empty());
  world.reader.reset();
  world.produce(0, "a", {});
  world.produce(0, "b", R"({"n": 1})");
  REQUIRE(world.log->delete_records({{{"rates", 0}, 2}}).has_value());
  world.start();
  CHECK(world.settle().empty());
  CHECK(world.keys() == "b");
}

TEST_CASE("a bad record is skipped, or stops the worker") {
  World world;
  world.start();
  world.produce(0, "a", R"({"n": "x"})");
  world.produce(0, "b", R"({"n": 1})");
  CHECK(world.settle().empty());
  CHECK(world.keys() == "b");
  world.start(
      "  rates: {topic: rates, key: id, global: true, partitions: 2, on_error: fail, schema: {id: "
      "string, n: \"int?\"}}\n");
  CHECK(world.settle() ==
        "rates[0]: bad record rates[0]@0 in decode: $.n at byte 6: \"x\" is not an int; to go on "
        "past such records set on_error: dead_letter or skip on their stream");
}

TEST_CASE("a topic that ends before what was read of it is told of") {
  World world;
  world.start();
  world.produce(0, "a", R"({"n": 1})");
  CHECK(world.settle().empty());
  world.reader.reset();
  const std::string folder = world.folder + "/tables/rates/global";
  {
    auto rows = store::Partition::open(folder, world.blocks);
    REQUIRE(rows.has_value());
    store::Stored stored = *rows->stored();
    stored.progress.inputs[0].offset = 9;
    REQUIRE(rows->write({}, stored).has_value());
  }
  world.start();
  CHECK(world.settle() ==
        "table rates: rates[0] ends at 1, but was read up to 9 before: the topic was "
        "made anew, or cut. Remove " +
            folder + ", and it is read from the beginning again");
}

}  // namespace streamworker
