// A table is built again: what it and its readers have then, and that all others stay as they are.
#include <filesystem>
#include <map>

#include "unit/catch.h"
#include "unit/runtime/harness.h"
#include "unit/runtime/troubled_log.h"

namespace streamworker {
namespace {

std::string file_with(const std::string& sum, const std::string& more = "") {
  return "streams: {a: {schema: {id: string, n: int}, partitions: 2}}\n"
         "pipelines:\n"
         "  copy: {from: a, sink: {topic: copy}}\n"
         "  kept: {from: a, sink: {database: db, table: Kept, insert: true, create: true}}\n"
         "tables:\n"
         "  totals: {from: a, key: id, columns: {total: " +
         sum +
         "}, sink: [{topic: out}, {database: db, table: Totals, upsert: [id], create: true}]}\n"
         "  parity: {from: totals, key: total % 2, columns: {n: count(*)}, sink: {topic: "
         "parities}}\n" +
         more;
}

using Map = std::map<std::string, std::string>;

// The last value of each key.
Map newest(Harness& of, const std::string& topic) {
  Map out;
  for (const std::string& one : of.topic(topic))
    out[one.substr(0, one.find('='))] = one.substr(one.find('=') + 1);
  return out;
}

void feed(Harness& of, int from, int to) {
  for (int i = from; i < to; ++i)
    of.produce("a", i % 2, "",
               R"({"id":"k)" + std::to_string(i % 5) + R"(","n":)" + std::to_string(i) + "}");
  of.pass();
  of.pass();
}

Map totals(int until, int times) {
  std::map<std::string, int> sums;
  for (int i = 0; i < until; ++i) sums["k" + std::to_string(i % 5)] += times * i;
  Map out;
  for (const auto& [key, sum] : sums) out[key] = R"({"total":)" + std::to_string(sum) + "}";
  return out;
}

// How many totals are even, and odd; a row that counts nothing is gone.
Map parities(const Map& totals) {
  std::map<std::string, int> counts = {{"0", 0}, {"1", 0}};
  for (const auto& [key, row] : totals) ++counts[std::string(1, "01"[row[row.size() - 2] % 2])];
  Map out;
  for (const auto& [key, count] : counts)
    out[key] = count == 0 ? "null" : R"({"n":)" + std::to_string(count) + "}";
  return out;
}

TEST_CASE("a changed definition is built again, with what reads it, and nothing else") {
  Harness of(file_with("sum(n)"));
  feed(of, 0, 40);
  CHECK(newest(of, "out") == totals(40, 1));
  const size_t copied = of.topic("copy").size();
  of.restart(file_with("sum(n * 3)"));
  const std::string why = of.failure();
  CHECK(why.find("sum(n * 3)") != std::string::npos);
  CHECK(why.find("reset --table totals") != std::string::npos);
  const bool has_rows = GENERATE(true, false);
  if (!has_rows) std::filesystem::remove_all(of.folder + "/tables");
  CHECK(of.reset_table("totals") == "");
  CHECK(of.told_again ==
        std::set<std::string>{"topic out", "topic parities", "database db, table Totals"});
  of.restart();
  of.pass();
  feed(of, 40, 60);
  CHECK(newest(of, "out") == totals(60, 3));
  CHECK(newest(of, "parities") == parities(totals(60, 3)));
  CHECK(of.topic("copy").size() == copied + 20);
  CHECK(of.rows("SELECT count(*) FROM Kept") == std::vector<std::string>{"60"});
  CHECK(of.rows("SELECT sum(total) FROM Totals") ==
        std::vector<std::string>{std::to_string(3 * 59 * 30)});
  of.restart();
  feed(of, 60, 62);
  CHECK(newest(of, "out") == totals(62, 3));
}

TEST_CASE("rows of before that nobody has any more do not come back from the changelog") {
  Harness of(file_with("sum(n)"));
  feed(of, 0, 40);
  REQUIRE(of.reset_table("totals").empty());
  CHECK(of.topic("test-totals-changelog").size() == 4);  // of two partitions: begun, ended
  std::string other = file_with("sum(n)");
  other.replace(other.find("key: id"), 7, "key: {id: \"id || '!'\"}");
  of.restart(other);
  CHECK(of.failure().find("has changed") != std::string::npos);
  REQUIRE(of.reset_table("totals").empty());
  std::filesystem::remove_all(of.folder + "/tables");
  of.restart();
  of.pass();
  const auto rows = of.rows("SELECT id FROM Totals ORDER BY id");
  CHECK(rows ==
        std::vector<std::string>{"k0", "k0!", "k1", "k1!", "k2", "k2!", "k3", "k3!", "k4", "k4!"});
}

TEST_CASE("a reset that was interrupted is told of, and done by running it again") {
  Harness of(file_with("sum(n)"));
  feed(of, 0, 40);
  of.stop();
  auto troubled = std::make_unique<TroubledLog>(std::move(of.log));
  TroubledLog& log = *troubled;
  of.log = std::move(troubled);
  log.fixed = true;
  CHECK(of.reset_table("totals") == "the settings cannot be changed");
  of.restart(file_with("sum(n * 3)"));
  CHECK(of.failure().find("a reset of table") != std::string::npos);
  log.fixed = false;
  CHECK(of.reset_table("totals") == "");
  of.restart();
  feed(of, 40, 41);
  CHECK(newest(of, "out") == totals(41, 3));
  CHECK(of.rows("SELECT count(*) FROM Kept") == std::vector<std::string>{"41"});
}

TEST_CASE("rows of a member that started while a reset was under way are not kept") {
  Harness of(file_with("sum(n)"));
  feed(of, 0, 40);
  of.stop();
  auto troubled = std::make_unique<TroubledLog>(std::move(of.log));
  TroubledLog& log = *troubled;
  of.log = std::move(troubled);
  // Before the changelogs are emptied, as the first thing that follows the first transaction.
  log.before_set = [&] {
    of.restart();
    CHECK(of.failure().find("has begun") != std::string::npos);
    of.stop();
  };
  CHECK(of.reset_table("totals") == "");
  of.restart();
  feed(of, 40, 41);
  CHECK(newest(of, "out") == totals(41, 1));
}

TEST_CASE("a source that does not reach back is refused, unless one insists") {
  Harness of(file_with("sum(n)"));
  feed(of, 0, 40);
  of.stop();
  REQUIRE(of.log->delete_records({{{"a", 1}, 10}}));
  CHECK(of.reset_table("totals").find("a[1] begins at 10") != std::string::npos);
  CHECK(of.reset_table("totals", true) == "");
  of.restart();
  of.pass();
  of.pass();
  int left = 0;
  for (int i = 0; i < 40; ++i) left += i % 2 == 0 || i / 2 >= 10 ? i : 0;
  CHECK(of.rows("SELECT sum(total) FROM Totals") == std::vector<std::string>{std::to_string(left)});
}

TEST_CASE("windows are told again, and none is late because of what was before") {
  const std::string windows =
      "streams: {a: {schema: {id: string, n: int}, partitions: 2}}\n"
      "tables: {w: {from: a, key: id, window: {tumbling: 10s, grace: 5s, idle_timeout: 10s}, emit: "
      "final, columns: {n: count(*)}, sink: {topic: out}}}\n";
  Harness of(windows);
  for (int i = 0; i < 200; ++i) of.produce("a", i % 2, "", record(i % 3), 1000 + i * 500);
  of.pass();
  const auto before = of.topic("out");
  CHECK(before.size() >= 24);
  CHECK(of.reset_table("w") == "");
  of.restart();
  for (int i = 0; i < 10; ++i) of.pass();
  const auto after = of.topic("out");
  const Map twice = newest(of, "out");
  CHECK(after.size() == 2 * before.size());
  CHECK(twice.size() == before.size());
  CHECK(of.counter("late_records_total", {{"table", "w"}}) == 0);
}

TEST_CASE("a table that starts at the latest record is built from the first") {
  Harness of(
      "streams: {a: {schema: {id: string, n: int}, key: id}}\n"
      "offset_reset: latest\n"
      "tables: {t: {from: a, key: id, columns: {n: count(*)}, sink: {topic: out}}}\n");
  of.produce("a", 0, "1", record(1));
  of.pass();
  CHECK(of.reset_table("t") == "");
  of.restart();
  of.pass();
  CHECK(of.topic("out").size() == 1);
}

}  // namespace
}  // namespace streamworker
