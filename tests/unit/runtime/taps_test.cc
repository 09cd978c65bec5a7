// Who listens to streams and tables, and when they are told.
#include "unit/catch.h"
#include "unit/runtime/harness.h"

namespace streamworker {
namespace {

const char* const kCounts = R"(
streams: {data: {key: id, partitions: 2, schema: {id: string, n: int}}}
tables: {counts: {from: data, key: id, columns: {n: count(*)}}}
commit: {interval: 1s}
)";

// "1@0:7" of records, in the order told: partition, offset, key; rows without an offset.
std::vector<std::string> heard(Taps::Listener& listener) {
  std::vector<std::string> all;
  while (const auto told = listener.tap().next())
    all.push_back(std::to_string(told->event->partition) + "@" +
                  std::to_string(told->event->offset) + ":" + *told->event->key +
                  (told->event->value ? "" : " gone"));
  return all;
}

// So that no commit is due for a moment: the last one was just now.
void commit_one(Harness& member) {
  member.pass();
  member.produce("data", 0, "1", record(1));
  member.settle();
}

}  // namespace

TEST_CASE("records are told when they are taken, rows when they are committed") {
  Harness member(kCounts);
  commit_one(member);
  const auto records = member.taps.listen(member.taps.stream("data"), {});
  const auto rows = member.taps.listen(member.taps.table("counts"), {});
  member.produce("data", 1, "7", record(7));
  member.produce("data", 1, "7", record(7));
  member.settle();
  CHECK(heard(*records) == std::vector<std::string>{"1@0:7", "1@1:7"});
  CHECK(heard(*rows).empty());
  member.pass();
  CHECK(heard(*records).empty());
  CHECK(heard(*rows) == std::vector<std::string>{"1@0:7"});  // both records in one commit
}

TEST_CASE("what is not committed is told of no table, and once after a crash") {
  Harness member(kCounts);
  commit_one(member);
  const auto records = member.taps.listen(member.taps.stream("data"), {});
  const auto rows = member.taps.listen(member.taps.table("counts"), {});
  member.produce("data", 0, "7", record(7));
  member.settle();
  member.restart("", true);
  CHECK(heard(*rows).empty());
  member.pass();
  CHECK(heard(*rows) == std::vector<std::string>{"0@0:7"});
  CHECK(heard(*records) == std::vector<std::string>{"0@1:7", "0@1:7"});  // taken twice
}

TEST_CASE("while nobody listens nothing is kept, and who comes hears what follows") {
  Harness member(kCounts);
  member.produce("data", 0, "1", record(1));
  member.pass();
  CHECK_FALSE(member.taps.stream("data").tapped());
  CHECK_FALSE(member.taps.table("counts").tapped());
  const auto rows = member.taps.listen(member.taps.table("counts"), {});
  member.restart();  // its rows come back from the disk, and no change is told
  member.pass();
  CHECK(heard(*rows).empty());
  member.produce("data", 0, "2", record(2));
  member.pass();
  CHECK(heard(*rows) == std::vector<std::string>{"0@0:2"});
}

}  // namespace streamworker
