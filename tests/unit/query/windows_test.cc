// Rows of windows: whole ones, panes that are put together, sessions.
#include <map>
#include <random>

#include "table/window_key.h"
#include "unit/query/world.h"

namespace streamworker::query {
namespace {

using Lines = std::vector<std::string>;
using Which = WindowsAsked::Which;

Value text(std::string_view of) { return Value::of_string(of); }
Value number(int64_t of) { return Value::of_int(of); }

std::string at(int64_t seconds) {
  std::string out;
  append_start(seconds * 1000, out);
  return out;
}
std::string pane(int64_t seconds, int64_t skip) {
  std::string out = at(seconds);
  append_skip(skip, out);
  return out;
}

std::string table(const std::string& window, const std::string& more = "") {
  return "  t: {from: a, key: id, columns: {total: sum(n)}, window: {" + window + "}" + more +
         "}\n";
}

TEST_CASE("whole windows lie in the order of their starts and then the keys") {
  World it(table("tumbling: 30s"));
  it.open("t", 1);
  it.add("t", {0, at(60)}, {text("b"), number(1)});
  it.add("t", {0, at(-30)}, {text("b"), number(2)});
  it.add("t", {0, at(60)}, {text("a"), number(3)});
  CHECK(it.rows("t") == Lines{R"j(-30-0 "b" {"total":2})j", R"j(60-90 "a" {"total":3})j",
                              R"j(60-90 "b" {"total":1})j"});
  CHECK(it.windows("t", "b", {}) == Lines{R"j(-30-0 {"total":2})j", R"j(60-90 {"total":1})j"});
  CHECK(it.windows("t", "b", {Which::Latest}) == Lines{R"j(60-90 {"total":1})j"});
  CHECK(it.windows("t", "b", {Which::At, -1}) == Lines{R"j(-30-0 {"total":2})j"});
  CHECK(it.windows("t", "b", {Which::At, 0}).empty());
  CHECK(it.windows("t", "c", {}).empty());
}

TEST_CASE("current goes by stream time") {
  World it(table("tumbling: 30s"));
  it.open("t", 2);
  const int64_t wall = it.clock.wall().time_since_epoch().count() / 1'000'000;
  for (const int64_t start : {int64_t{60}, int64_t{90}, wall / 30 * 30})
    for (const int32_t partition : {0, 1})
      it.add("t", {partition, at(start)}, {text("a"), number(start)});
  CHECK(it.windows("t", "a", {Which::Current}).empty());
  it.pass("t", 119'999);
  CHECK(it.windows("t", "a", {Which::Current}) == Lines{R"j(90-120 {"total":90})j"});
  CHECK(it.windows("t", "a", {Which::Current, 30'000}) == Lines{R"j(60-90 {"total":60})j"});
  CHECK(it.windows("t", "a", {Which::Current, 60'000}).empty());
  CHECK(it.windows("t", "a", {Which::At, wall * 1000}) == it.windows("t", "a", {Which::Latest}));
}

TEST_CASE("sessions say where they end") {
  World it(table("session: 10s"));
  it.open("t", 1);
  it.add("t", {0, at(60), 65'000}, {text("a"), number(1)});
  it.add("t", {0, at(61), 61'000}, {text("b"), number(2)});
  it.add("t", {0, at(80), 80'000}, {text("a"), number(3)});
  CHECK(it.windows("t", "a", {}) == Lines{R"j(60-65 {"total":1})j", R"j(80-80 {"total":3})j"});
  CHECK(it.windows("t", "a", {Which::At, 65'000}) == Lines{R"j(60-65 {"total":1})j"});
  CHECK(it.windows("t", "a", {Which::At, 66'000}).empty());
  CHECK(it.windows("t", "a", {Which::Latest}) == Lines{R"j(80-80 {"total":3})j"});
  CHECK(it.rows("t").size() == 3);
}

TEST_CASE("the newest window that having lets through") {
  World it(table("tumbling: 30s", ", having: total > 1"));
  it.open("t", 1);
  it.add("t", {0, at(30)}, {text("a"), number(2)});
  it.add("t", {0, at(60)}, {text("a"), number(1)});
  CHECK(it.windows("t", "a", {Which::Latest}) == Lines{R"j(30-60 {"total":2})j"});
  CHECK(it.windows("t", "a", {}).size() == 1);
}

// What a reader must see of panes, computed window by window.
struct Panes {
  using Sums = std::map<std::pair<int64_t, std::string>, int64_t>;  // by window and key
  Sums sums;
  void add(const Hops& hops, const Pane& at, const std::string& key, int64_t n) {
    const WindowRange range = hops.counting(at);
    for (int64_t start = range.first; start <= range.last; start += hops.every())
      sums[{start, key}] += n;
  }
  static std::string line(const std::string& key, int64_t start, int64_t sum) {
    std::string out = std::to_string(start / 1000) + "-" + std::to_string(start / 1000 + 30) + ' ';
    if (!key.empty()) out += '"' + key + "\" ";
    return out + R"j({"total":)j" + std::to_string(sum) + '}';
  }
  Lines rows() const {
    Lines all;
    for (const auto& [at, sum] : sums) all.push_back(line(at.second, at.first, sum));
    return all;
  }
  Lines of(const std::string& key) const {
    Lines all;
    for (const auto& [at, sum] : sums)
      if (at.second == key) all.push_back(line("", at.first, sum));
    return all;
  }
};

TEST_CASE("panes are put together to windows, with what the first of them leave out") {
  World it(table("hopping: 30s, every: 20s"));
  it.open("t", 1);
  const Hops hops(std::chrono::seconds(30), std::chrono::seconds(20), std::chrono::seconds(0));
  Panes expected;
  std::mt19937 random(1);  // NOLINT: the same each time
  const auto any = [&](int64_t n) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(n));
  };
  for (int i = 0; i < 60; ++i) {
    const Pane where{(any(60) - 30) * 10'000, any(2)};
    const std::string key(1, static_cast<char>('a' + any(3)));
    if (hops.counting(where).empty()) continue;
    it.add("t", {0, pane(where.begin / 1000, where.skip)}, {text(key), number(i)});
    expected.add(hops, where, key, i);
  }
  const Lines rows = it.rows("t");
  CHECK(rows == expected.rows());
  for (const char* key : {"a", "b", "c"}) CHECK(it.windows("t", key, {}) == expected.of(key));
  size_t count = 0;
  for (const auto& [of, sum] : expected.sums) {
    const std::string place = at(of.first / 1000) + of.second;
    const Lines from = it.rows("t", {place, ""});
    CHECK(from == Lines(rows.begin() + static_cast<long>(count), rows.end()));
    CHECK(it.rows("t", {"", place}) ==
          Lines(rows.begin(), rows.begin() + static_cast<long>(count)));
    ++count;
    CHECK(it.rows("t", {place + '\0', ""}) ==
          Lines(rows.begin() + static_cast<long>(count), rows.end()));
    const auto one = it.windows("t", of.second, {Which::At, of.first + 19'999});
    CHECK(one == Lines{Panes::line("", of.first, sum)});
  }
}

}  // namespace
}  // namespace streamworker::query
