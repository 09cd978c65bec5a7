#include "query/owners.h"

#include "record/murmur2.h"
#include "unit/catch.h"

namespace streamworker::query {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

WorkerEntry entry(const std::string& address, std::vector<int32_t> here, int32_t of = 2) {
  return {address, {{"t", {of, std::move(here)}}}};
}

// A key of this partition of two.
std::string key_of(int32_t partition) {
  std::string key = "a";
  while (java_partition(key, 2) != partition) ++key[0];
  return key;
}

struct World {
  std::string owner(int32_t partition) const {
    const auto found = owners.find("t", key_of(partition));
    return found ? found->worker + "@" + found->address : "nobody";
  }
  ManualClock clock{WallTime(seconds(1000))};
  Owners owners{clock};
};

TEST_CASE("who has a key's partition") {
  World it;
  CHECK(it.owner(0) == "nobody");
  it.owners.heard("one", entry("h:1", {0}));
  it.owners.heard("two", entry("h:2", {1}));
  CHECK(it.owner(0) == "one@h:1");
  CHECK(it.owner(1) == "two@h:2");
  CHECK_FALSE(it.owners.find("other", "a"));
}

TEST_CASE("of two who say that it is theirs, the later one; a heartbeat is no new claim") {
  World it;
  it.owners.heard("one", entry("h:1", {0, 1}));
  it.owners.heard("two", entry("h:2", {1}));
  it.owners.heard("one", entry("h:1", {0, 1}));  // a zombie that goes on saying so
  CHECK(it.owner(1) == "two@h:2");
  it.owners.heard("one", entry("h:1", {0}));
  it.owners.heard("one", entry("h:1", {0, 1}));  // it was given back
  CHECK(it.owner(1) == "one@h:1");
  it.owners.heard("one", entry("h:1", {}));
  CHECK(it.owner(1) == "two@h:2");
}

TEST_CASE("who has ended or is silent is asked no more") {
  World it;
  it.owners.heard("one", entry("h:1", {0}));
  it.owners.heard("two", entry("h:2", {1}));
  it.owners.gone("one");
  CHECK(it.owner(0) == "nobody");
  it.clock.advance(seconds(10));
  CHECK(it.owner(1) == "two@h:2");
  CHECK(it.owners.all().front().silent == seconds(10));
  it.clock.advance(milliseconds(1));
  CHECK(it.owner(1) == "nobody");
  CHECK(it.owners.all().empty());
}

}  // namespace
}  // namespace streamworker::query
