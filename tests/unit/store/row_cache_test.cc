#include "store/row_cache.h"

#include <map>
#include <random>

#include "unit/catch.h"
#include "unit/store/folder.h"

namespace streamworker::store {
namespace {

// A row that is its own bytes.
struct Text {
  Result<std::string> read(std::string_view bytes) const { return std::string(bytes); }
  std::string make() const { return {}; }
  size_t bytes(const std::string& row) const { return row.capacity(); }
};
using Cache = RowCache<std::string, Text>;

class World {
 public:
  World() {
    auto opened =
        Partition::open(folder_ / "t", std::make_shared<rocks::Budget>(1UL << 20, 4UL << 20));
    REQUIRE(opened);
    partition_ = std::make_unique<Partition>(std::move(*opened));
  }
  Partition& disk() { return *partition_; }
  // As a commit does.
  void commit(Cache& cache) {
    std::vector<RowChange> rows;
    for (const Cache::Entry* entry : cache.changed()) {
      rows.push_back({entry->key, {}});
      if (entry->exists) rows.back().value = entry->row;
    }
    REQUIRE(partition_->write(rows, {{}, ++commits_, {}}));
    cache.committed();
  }

 private:
  Folder folder_;
  std::unique_ptr<Partition> partition_;
  Offset commits_ = 0;
};

void put(Cache& cache, const std::string& key, const std::string& row) {
  auto found = cache.find(key);
  REQUIRE(found);
  (*found)->row = row;
  (*found)->exists = true;
  cache.change(**found);
}

TEST_CASE("rows are read through, changed in memory, and go to the disk with a commit") {
  World world;
  const Text form;
  RowBudget budget(1UL << 20);
  {
    Cache cache(form, budget);
    cache.read_from(&world.disk());
    CHECK_FALSE((*cache.find("a"))->exists);
    put(cache, "a", "1");
    CHECK((*cache.find("a"))->row == "1");
    CHECK(cache.changed().size() == 1);
    CHECK_FALSE(world.disk().get("a").value());
    world.commit(cache);
    CHECK(cache.changed().empty());
    CHECK(world.disk().get("a").value() == "1");
    CHECK(budget.used() > 0);
  }
  CHECK(budget.used() == 0);
  Cache again(form, budget);
  again.read_from(&world.disk());
  CHECK((*again.find("a"))->exists);
  CHECK((*again.find("a"))->row == "1");
}

TEST_CASE("a row that the disk cannot have is not looked for there") {
  World world;
  const Text form;
  RowBudget budget(1UL << 20);
  Cache cache(form, budget);
  cache.read_from(&world.disk());
  REQUIRE(world.disk().write({{"a", "there"}}, {{}, 1, {}}));
  CHECK_FALSE((*cache.find("a", true))->exists);
}

TEST_CASE("what is changed stays over the budget, and nothing else does") {
  World world;
  const Text form;
  RowBudget budget(20'000);
  Cache cache(form, budget);
  cache.read_from(&world.disk());
  for (int i = 0; i < 500; ++i) put(cache, "key-" + std::to_string(i), std::string(100, 'x'));
  cache.trim();
  CHECK(cache.size() == 500);
  CHECK(budget.over());
  CHECK_FALSE(cache.has_dropped());
  world.commit(cache);
  cache.trim();
  CHECK_FALSE(budget.over());
  CHECK(cache.size() < 100);
  CHECK(cache.has_dropped());
  for (int i = 0; i < 500; ++i) CHECK((*cache.find("key-" + std::to_string(i)))->exists);
}

TEST_CASE("what others keep over the budget empties it, and no more") {
  World world;
  const Text form;
  RowBudget budget(1000);
  Cache cache(form, budget);
  cache.read_from(&world.disk());
  put(cache, "a", "1");
  world.commit(cache);
  budget.add(2000);  // of another table
  cache.trim();
  CHECK(cache.size() == 0);
  cache.trim();
  CHECK((*cache.find("a"))->row == "1");
}

TEST_CASE("any order of finds, changes, commits and trims gives what a map has") {
  World world;
  const Text form;
  RowBudget budget(10'000);
  Cache cache(form, budget);
  cache.read_from(&world.disk());
  std::map<std::string, std::string> model;
  std::minstd_rand random(11);
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = "key-" + std::to_string(random() % 300);
    auto found = cache.find(key);
    REQUIRE(found);
    const auto known = model.find(key);
    REQUIRE((*found)->exists == (known != model.end()));
    if (known != model.end()) REQUIRE((*found)->row == known->second);
    if (random() % 3 == 0) {
      (*found)->exists = random() % 4 != 0;
      (*found)->row = (*found)->exists ? std::to_string(random()) : "";
      cache.change(**found);
      model.erase(key);
      if ((*found)->exists) model[key] = (*found)->row;
    }
    if (random() % 50 == 0) world.commit(cache);
    if (random() % 10 == 0) cache.trim();
  }
}

TEST_CASE("changed rows are put in the order of their keys as bytes") {
  const Text form;
  RowBudget budget(1UL << 20);
  Cache cache(form, budget);
  using namespace std::string_literals;
  const std::vector<std::string> in_order{""s,
                                          "\0"s,
                                          "a"s,
                                          "a\0"s,
                                          "a\0b"s,
                                          "ab"s,
                                          "sixteen letters!"s,
                                          "sixteen letters!!"s,
                                          "sixteen letters!a"s,
                                          "z"s,
                                          "\x7f"s,
                                          "\xff"s};
  for (size_t i = 0; i < in_order.size(); ++i) put(cache, in_order[i * 5 % in_order.size()], "row");
  cache.sort_changed();
  std::vector<std::string> found;
  for (const Cache::Entry* entry : cache.changed()) found.push_back(entry->key);
  CHECK(found == in_order);
}

}  // namespace
}  // namespace streamworker::store
