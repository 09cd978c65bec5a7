// What can be wrong with the state of a table when a task starts, or later.
#include <filesystem>

#include <fmt/format.h>

#include "unit/catch.h"
#include "unit/runtime/harness.h"
#include "unit/runtime/troubled_log.h"
#include "unit/store/folder.h"

namespace streamworker {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kFile =
    "streams: {a: {schema: {id: string, n: int}, key: id}}\n"
    "tables: {totals: {from: a, key: id, columns: {total: sum(n)}, sink: {topic: out}}}\n";
constexpr const char* kChangelog = "test-totals-changelog";

std::string rows_of(const Harness& at) { return at.folder + "/tables/totals/0"; }

double full_restores(Harness& of) { return of.counter("restores_total", {{"kind", "full"}}); }

std::string last(Harness& of) {
  const auto all = of.topic("out");
  return all.empty() ? "" : all.back();
}

TEST_CASE("a changelog that was emptied is not taken for that of a new table") {
  Harness of(kFile);
  of.produce("a", 0, "1", record(1));
  of.pass();
  of.stop();
  fs::remove_all(rows_of(of));
  const Offset end = of.log->watermarks({kChangelog, 0}).value().end;
  REQUIRE(of.log->delete_records({{{kChangelog, 0}, end}}));
  of.restart();
  const std::string why = of.failure();
  CHECK(why.find("test-totals-changelog[0] holds nothing") != std::string::npos);
  CHECK(why.find("reset --table totals") != std::string::npos);
}

TEST_CASE("a table that is new in the file is new, whatever the group knows of others") {
  Harness of(kFile);
  of.produce("a", 0, "1", record(1));
  of.pass();
  std::string more = kFile;
  more.insert(more.rfind('}'),
              ", counts: {from: a, key: id, columns: {n: count(*)}, sink: {topic: more}}");
  of.restart(more);
  of.produce("a", 0, "1", record(1));
  of.pass();
  CHECK(of.topic("more").size() == 2);
  CHECK(of.topic("out").size() == 2);
}

TEST_CASE("a folder that was not used for half of the time that deletions stay is filled again") {
  Harness of(kFile);
  of.produce("a", 0, "1", record(1));
  of.pass();
  of.stop();
  fs::copy(rows_of(of), rows_of(of) + ".old", fs::copy_options::recursive);
  of.restart();
  of.produce("a", 0, "1", record(1));
  of.pass();
  of.stop();
  const bool follows = GENERATE(true, false);
  const auto unused = GENERATE(seconds(0), seconds(3600));
  if (follows) {
    fs::remove_all(rows_of(of));
    fs::rename(rows_of(of) + ".old", rows_of(of));
  }
  CHECK(full_restores(of) == 0);
  of.clock.advance(hours(12) - seconds(60) + unused);
  of.restart();
  of.settle();
  CHECK(full_restores(of) == (follows && unused > seconds(0) ? 1 : 0));
  of.produce("a", 0, "1", record(1));
  of.pass();
  CHECK(last(of) == R"(1={"total":3})");
}

TEST_CASE("damage of rows in a running member leads to new ones") {
  Harness of(kFile);
  for (int i = 0; i < 200; ++i) of.produce("a", 0, std::to_string(i), record(i));
  of.pass();
  of.stop();
  fs::remove_all(rows_of(of));
  of.restart();  // fills a sorted file
  of.settle();
  CHECK(full_restores(of) == 1);
  store::flip_byte(rows_of(of), 50);
  SECTION("that the table meets") {}
  SECTION("that a reader meets") {
    const auto rows = of.stream->tasks().front()->body().tables.front()->state().partition();
    CHECK(rows->get("7").error().remedy == Remedy::Retry);
  }
  of.produce("a", 0, "7", record(7));
  for (int i = 0; i < 10 && last(of) != R"(7={"total":14})"; ++i) of.advance(seconds(1));
  CHECK(last(of) == R"(7={"total":14})");
  CHECK(of.counter("stores_set_aside_total", {}) == 1);
  CHECK(full_restores(of) == 2);
  CHECK(fs::exists(rows_of(of) + ".damaged-1"));
  CHECK(of.topic("out").size() == 201);
}

TEST_CASE("an end in the middle of a commit is that of another member, whose commit is read on") {
  Harness of(kFile);
  of.produce("a", 0, "1", record(1));
  of.pass();
  of.produce("a", 0, "2", record(2));
  of.pass();
  of.stop();
  fs::remove_all(rows_of(of));
  auto troubled = std::make_unique<TroubledLog>(std::move(of.log));
  TroubledLog& log = *troubled;
  of.log = std::move(troubled);
  const Offset end = log.watermarks({kChangelog, 0}).value().end;
  const Position middle{{kChangelog, 0}, end - 2};  // behind the row; progress and marker follow
  log.early = middle;
  SECTION("it follows") {
    of.restart();
    of.produce("a", 0, "2", record(2));
    of.pass();
    CHECK(last(of) == R"(2={"total":4})");
  }
  SECTION("it does not") {
    log.later = middle;
    of.restart();
    CHECK(of.failure().find("the changelog ends within a commit") != std::string::npos);
  }
}

TEST_CASE("other tasks go on while tables come back, several at once") {
  Harness of(
      "streams: {a: {schema: {id: string, text: string}, key: id, partitions: 2},"
      " b: {schema: {id: string, text: string}}}\n"
      "tables: {texts: {from: a, key: id, columns: {text: last(text)}, sink: {topic: out}}}\n"
      "pipelines: {beside: {from: b, sink: {topic: passed}}}\n");
  constexpr int kRows = 80;  // of 700 kB: more than is taken in one turn
  for (int n = 0; n < kRows; ++n)
    of.produce("a", n % 2, std::to_string(n),
               fmt::format(R"({{"id":"{}","text":"{}"}})", n, std::string(700'000, 'x')));
  of.pass();
  REQUIRE(of.topic("out").size() == kRows);
  of.stop();
  fs::remove_all(of.folder + "/tables");
  of.produce("b", 0, "1", R"({"id":"1","text":"2"})");
  of.restart();
  for (int turn = 0; of.topic("passed").empty() && turn < 20; ++turn) {
    of.step();
    of.clock.advance(milliseconds(600));  // what starts together waits a moment for each other
  }
  CHECK(of.topic("passed").size() == 1);
  CHECK(of.state("a", 0) == "starting");
  CHECK(of.state("a", 1) == "starting");
  of.pass();
  of.produce("a", 1, "1", R"({"id":"1","text":"new"})");
  of.pass();
  CHECK(of.topic("out").size() == kRows + 1);
  CHECK(full_restores(of) == 2);
}

TEST_CASE("changelogs of the embedded log are compacted, and tables start from what is left") {
  Harness of(kFile);
  auto producer = of.log->producer("");
  for (int round = 0; round < 12'000; round += 100) {
    for (int i = 0; i < 100; ++i) of.produce("a", 0, std::to_string(i % 10), record(i % 10));
    of.clock.advance(std::chrono::milliseconds(30));
    for (int turn = 0; turn < 4; ++turn) of.step();
  }
  of.pass();
  of.stop();
  const Offset end = of.log->watermarks({kChangelog, 0}).value().end;
  while (of.log->tidy(of.clock.wall()).value()) {
  }
  CHECK(of.log->watermarks({kChangelog, 0}).value().end == end);
  fs::remove_all(rows_of(of));
  of.restart();
  of.produce("a", 0, "3", record(3));
  of.pass();
  CHECK(last(of) == R"(3={"total":3603})");
}

}  // namespace
}  // namespace streamworker
