// Which partitions can be read when.
#include <atomic>
#include <thread>

#include "record/murmur2.h"
#include "unit/query/world.h"

namespace streamworker::query {
namespace {

using Lines = std::vector<std::string>;

const char* const kCounts = "  t: {from: a, key: id, columns: {n: count(*)}}\n";

Value text(std::string_view of) { return Value::of_string(of); }

std::string refusal(World& it) {
  const auto from = it.tables.readable(it.info("t"));
  return from ? "" : from.error().message;
}

TEST_CASE("tables are known from the file, before anything is open") {
  World it(kCounts + std::string("  s: {from: a, key: [t, n], columns: {n2: sum(n)}}\n"));
  REQUIRE(it.tables.all().size() == 2);
  CHECK(it.tables.all()[0].name == "s");
  CHECK(it.tables.all()[1].shown.names() == "id, n");
  CHECK(it.tables.find("x") == nullptr);
  CHECK(it.tables.here(it.info("t")).first.empty());
  CHECK(refusal(it) == "no partition of table t is here now");
}

TEST_CASE("a partition that is restored or moved is waited for") {
  World it(kCounts);
  it.open("t", 2);
  it.add("t", {text("a")});
  it.tables.show({"t", 1, 2, nullptr, it.owner});
  CHECK(refusal(it) == "partition 1 of table t is being restored or moved");
  CHECK(it.tables.here(it.info("t")).first == std::vector<int32_t>{0, 1});
  it.tables.hide(*it.owner);
  CHECK(refusal(it) == "partition 0 of table t is being restored or moved");
  it.tables.withdraw(*it.owner);
  CHECK(refusal(it) == "no partition of table t is here now");
}

TEST_CASE("rows of a thread that does not serve its group are not shown") {
  World it(kCounts);
  it.open("t", 1);
  it.clock.advance(std::chrono::seconds(5));
  CHECK(refusal(it).empty());
  it.clock.advance(std::chrono::milliseconds(1));
  CHECK(refusal(it).find("does not answer its group") != std::string::npos);
}

TEST_CASE("a process that was suspended is not believed before it can know what it lost") {
  World it(kCounts);
  it.open("t", 1);
  it.clock.advance(std::chrono::seconds(15));
  it.owner->beat(it.clock.steady());  // it does not know yet
  CHECK(refusal(it).find("does not answer its group") != std::string::npos);
  it.clock.advance(std::chrono::milliseconds(1999));
  it.owner->beat(it.clock.steady());
  CHECK(refusal(it).find("does not answer its group") != std::string::npos);
  it.clock.advance(std::chrono::milliseconds(1));
  CHECK(refusal(it).empty());
}

TEST_CASE("what a worker tells others that it has") {
  World it(kCounts);
  CHECK(it.tables.claims().empty());
  it.open("t", 2);
  CHECK(it.tables.claims().at("t") == WorkerEntry::Partitions{2, {0, 1}});
  it.tables.hide(*it.owner);  // they are still its own
  CHECK(it.tables.claims().at("t").here.size() == 2);
  it.tables.withdraw(*it.owner);
  CHECK(it.tables.claims().empty());
}

TEST_CASE("what one owner gives back leaves the others' alone") {
  World it(kCounts);
  it.open("t", 2);
  const auto other = std::make_shared<Heartbeat>();
  other->beat(it.clock.steady());
  const auto rows = it.tables.readable(it.info("t"))->rows[1];
  it.tables.show({"t", 1, 2, rows, other});
  it.tables.withdraw(*it.owner);
  const auto left = it.tables.readable(it.info("t"));
  REQUIRE(left);
  CHECK(left->partitions == std::vector<int32_t>{1});
  CHECK(left->of == 2);
}

TEST_CASE("a key is looked for where murmur2 puts it, whatever the stream's producers do") {
  for (const std::string how : {"murmur2", "crc32", "unknown"}) {
    World it(kCounts, ", partitioner: " + how);
    it.open("t", 8);
    const auto from = it.tables.readable(it.info("t"), "a-key");
    REQUIRE(from);
    CHECK(from->partitions == std::vector{java_partition("a-key", 8)});
    CHECK(it.plan.stages.size() == (how == "murmur2" ? 1 : 2));
  }
}

TEST_CASE("a key whose partition is not here is waited for") {
  World it(kCounts);
  it.open("t", 1);
  it.tables.show({"t", 0, 8, it.tables.readable(it.info("t"))->rows[0], it.owner});
  CHECK(it.get("t", "a-key").find("which is not here") != std::string::npos);
}

TEST_CASE("readers keep what they read open when its owner gives it back") {
  World it(kCounts);
  it.open("t", 1);
  it.add("t", {text("a")});
  const auto from = it.tables.readable(it.info("t"));
  it.tables.withdraw(*it.owner);
  const auto reader = it.readers.lend();
  ShownRow row;
  CHECK(*reader->of(it.info("t")).get(*from, "a", row));
}

TEST_CASE("readers of other threads, while the owner writes, gives back and takes again") {
  World it(kCounts);
  it.open("t", 2);
  it.add("t", {text("a")});
  const auto rows = it.tables.readable(it.info("t"))->rows;
  std::atomic<bool> over{false};
  std::atomic<int> wrong{0};
  const auto read = [&] {
    while (!over) {
      const auto reader = it.readers.lend();
      const auto answer = reader->sql(it.tables).run("SELECT max(n) > 0 FROM t", {});
      if (answer ? !answer->ends_with("[[1]]}") : answer.error().remedy != Remedy::Retry) ++wrong;
      ShownRow row;
      const auto from = it.tables.readable(it.info("t"), "a");
      if (from && !*reader->of(it.info("t")).get(*from, "a", row)) ++wrong;
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read);
  for (int i = 0; i < 200; ++i) {
    it.add("t", {text("a")});
    if (i % 10 == 0) it.tables.hide(*it.owner);
    if (i % 20 == 0) it.tables.withdraw(*it.owner);
    for (int32_t p = 0; p < 2 && i % 10 == 5; ++p)
      it.tables.show({"t", p, 2, rows[static_cast<size_t>(p)], it.owner});
  }
  over = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace streamworker::query
