#include <random>

#include "log/embedded/embedded.h"
#include "unit/catch.h"
#include "unit/log/fixture.h"

namespace streamworker {
namespace {

using std::chrono::hours;

const WallTime kNow{hours(24 * 365 * 50)};
const TopicPartition kAt{"t", 0};

// A compacted topic of one partition, and what a fold of all that was written to it has.
class World {
 public:
  World() { open(); }
  void open() {
    log_.reset();
    log_ = std::move(open_embedded(folder_.path()).value());
    NewTopic topic;
    topic.name = kAt.topic;
    topic.settings["cleanup.policy"] = "compact";
    require(log_->create(topic));
    producer_ = log_->producer("");
  }
  // `records` of `keys` keys, a chunk for each few.
  void write(int records, int keys, WallTime at = kNow) {
    for (int i = 0; i < records;) {
      std::vector<std::string> texts;
      for (const int until = std::min(records, i + 1 + static_cast<int>(random_() % 50)); i < until;
           ++i)
        texts.push_back("key-" + std::to_string(random_() % static_cast<unsigned>(keys)));
      std::vector<OutRecord> chunk;
      for (const std::string& key : texts) {
        OutRecord record;
        record.timestamp =
            EventTime(std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()));
        record.key = key;
        if (random_() % 4 != 0) record.value = key;
        chunk.push_back(record);
        newest_[key] = {written_++, record.value.has_value()};
      }
      require(producer_->produce(kAt.topic, chunk));
    }
  }
  // Until nothing is left to do; how many turns.
  int compact(WallTime now = kNow) {
    int turns = 1;
    for (; log_->tidy(now).value(); ++turns) REQUIRE(turns < 10'000);
    return turns;
  }
  struct Read {
    Offset offset = 0;
    bool value = false;
    bool operator==(const Read&) const = default;
  };
  // All that is there, `step` at a time; offsets ascend, and the reader comes to the end.
  std::map<std::string, Read> read(size_t step, Offset from = 0, size_t* count = nullptr) {
    auto consumer = log_->consumer({});
    require(consumer->fetch({{kAt, from}}));
    std::map<std::string, Read> out;
    Offset last = from - 1;
    size_t all = 0;
    while (consumer->position(0) < written_) {
      const auto some = consumer->take(0, step);
      REQUIRE(some);
      for (const Message& message : *some) {
        REQUIRE(message.offset > last);
        last = message.offset;
        ++all;
        out[std::string(*message.key)] = {message.offset, message.value.has_value()};
      }
    }
    if (count != nullptr) *count = all;
    return out;
  }
  const std::map<std::string, Read>& newest() const { return newest_; }
  Log& log() { return *log_; }
  Offset written() const { return written_; }
  uintmax_t bytes() const { return folder_.bytes(); }

 private:
  Folder folder_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Producer> producer_;
  std::map<std::string, Read> newest_;
  Offset written_ = 0;
  std::minstd_rand random_{11};
};

TEST_CASE("the newest record of each key stays at its offset, and few others") {
  World world;
  world.write(60'000, 300);
  CHECK(world.compact() > 1);
  size_t count = 0;
  CHECK(world.read(7, 0, &count) == world.newest());
  CHECK(count < 400);  // and what is in the newest chunk
  CHECK(world.read(100'000, 59'000).size() <= 300);
  CHECK(world.log().watermarks(kAt).value().end == 60'000);
  world.open();
  CHECK(world.read(1) == world.newest());
  CHECK(world.log().watermarks(kAt).value().end == 60'000);
  CHECK(world.compact() == 1);  // it is remembered
}

TEST_CASE("a partition that grows is compacted again and again, and readers go on anywhere") {
  World world;
  for (int round = 0; round < 8; ++round) {
    world.write(11'000, 5000);
    world.compact();
    size_t count = 0;
    CHECK(world.read(333, 0, &count) == world.newest());
    CHECK(count < 5000 + 11'000);
  }
  for (Offset from = 0; from < world.written(); from += 7919)
    for (const auto& [key, found] : world.read(500, from)) CHECK(found == world.newest().at(key));
}

TEST_CASE("deletions go when they are old, and nothing of their key stood before them") {
  World world;
  world.write(20'000, 100);
  world.compact();
  const auto deleted = [&] {
    int n = 0;
    for (const auto& [key, found] : world.read(1000)) n += found.value ? 0 : 1;
    return n;
  };
  const int before = deleted();
  CHECK(before > 10);
  world.write(20'000, 1, kNow + hours(25));
  world.compact(kNow + hours(25));
  CHECK(deleted() <= 1);  // of the one key that was written
  // At once old: the first pass meets what they delete, the second does not.
  World late;
  late.write(20'000, 100);
  late.compact(kNow + hours(48));
  CHECK(late.read(1000) == late.newest());
}

TEST_CASE("a partition that is read is left alone") {
  World world;
  world.write(20'000, 10);
  auto reader = world.log().consumer({});
  require(reader->fetch({{kAt, 0}}));
  CHECK(reader->take(0, 10).value().size() == 10);
  CHECK_FALSE(world.log().tidy(kNow).value());
  CHECK(world.read(1000, 0).size() == 10);
  require(reader->fetch({}));
  world.compact();
  size_t count = 0;
  CHECK(world.read(1000, 0, &count) == world.newest());
  CHECK(count < 100);
}

TEST_CASE("records that are deleted in the middle of a pass stay deleted") {
  World world;
  world.write(400'000, 100'000);
  CHECK(world.log().tidy(kNow).value());
  require(world.log().delete_records({{kAt, 200'000}}));
  world.compact();
  for (const auto& [key, found] : world.read(10'000, 200'000))
    CHECK(found == world.newest().at(key));
  CHECK(world.log().watermarks(kAt).value().start == 200'000);
}

TEST_CASE("other topics are not compacted, and one that is set to be is") {
  World world;
  require(world.log().set(kAt.topic, {{"cleanup.policy", "delete"}}));
  CHECK_FALSE(world.log().describe(kAt.topic).value()->compacted);
  world.write(20'000, 10);
  CHECK(world.compact() == 1);
  require(world.log().set(kAt.topic, {{"cleanup.policy", "compact"}}));
  world.open();
  CHECK(world.log().describe(kAt.topic).value()->compacted);
  CHECK(world.compact() > 1);
}

}  // namespace
}  // namespace streamworker
