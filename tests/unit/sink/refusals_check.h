// What is left of a batch with rows that a database refuses must be what one row after the other
// would have left. For every database alike; the table must refuse texts that start with "bad".
#pragma once

#include <functional>
#include <random>
#include <set>

#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {

// Few keys, of which some differ in case only; texts of which a third is bad; deletions.
inline void fill_at_random(Batch& batch, std::mt19937& random) {
  const auto pick = [&](size_t below) {
    return std::uniform_int_distribution<size_t>(0, below - 1)(random);
  };
  const std::vector<std::string> keys = {"a", "b", "c", "A", "d"};
  Filler fill(batch);
  const size_t count = 1 + pick(12);
  for (size_t i = 0; i < count; ++i) {
    const std::string& key = keys[pick(keys.size())];
    if (pick(6) == 0) {
      fill.erase(key);
    } else {
      const std::string text = (pick(3) == 0 ? "bad " : "") + std::to_string(i);
      fill.put(key, text, pick(4) == 0 ? Value() : Value::of_int(static_cast<int64_t>(pick(4))));
    }
  }
}

// `query` gives the rows of a table, one text. `first` and `second` are two tables of one shape.
inline void check_against_one_by_one(Database& database, const Table& first, const Table& second,
                                     const std::function<std::string(const std::string&)>& query,
                                     unsigned seed) {
  INFO("seed " << seed);
  std::mt19937 random(seed);
  PartId at_once{"app", "at_once/t", "data", 0, "me", ""};
  PartId singly{"app", "singly/t", "data", 0, "me", ""};
  auto claim = database.claim(at_once, 0);
  auto single_claim = database.claim(singly, 0);
  REQUIRE(claim);
  REQUIRE(single_claim);
  for (int round = 0; round < 60; ++round) {
    Batch batch(first.columns);
    fill_at_random(batch, random);
    Refusals refusals;
    auto written = database.write({at_once, *claim, claim->next + 1, first, batch}, refusals);
    if (!written) FAIL(written.error().message);
    REQUIRE(*written == Written::Done);
    ++claim->next;
    std::set<Offset> refused;
    for (size_t row = 0; row < batch.size(); ++row) {
      Batch one(first.columns);
      one.keep(batch.row(row), batch.meta(row));
      Refusals single;
      written =
          database.write({singly, *single_claim, single_claim->next + 1, second, one}, single);
      REQUIRE(written);
      ++single_claim->next;
      for (const auto& [offset, why] : single.taken) refused.insert(offset);
    }
    CHECK(query(first.name) == query(second.name));
    for (const auto& [offset, why] : refusals.taken) CHECK(refused.contains(offset));
  }
}

}  // namespace streamworker::sink
