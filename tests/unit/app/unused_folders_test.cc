#include "app/unused_folders.h"

#include <filesystem>

#include "rocks/database.h"
#include "unit/catch.h"
#include "unit/store/folder.h"

namespace streamworker {
namespace {

using std::chrono::minutes;

struct World {
  rocks::Database open(const std::string& name) {
    return std::move(rocks::Database::open(slot + name, {}).value());
  }
  bool there(const std::string& name) { return std::filesystem::exists(slot + name); }

  store::Folder folder;
  ManualClock clock{WallTime(minutes(1))};
  const std::string slot = folder / "0/";
  UnusedFolders folders{slot, clock};
};

const UnusedFolders::Owned kFirst{{"t", {4, {0}}}};

TEST_CASE("a partition that is another worker's for ten minutes goes, and nothing else") {
  World it;
  for (const char* name : {"t/0", "t/1", "t/1.damaged-1", "g/global", "gone/3"}) it.open(name);
  it.folders.look(kFirst);
  it.clock.advance(minutes(10) - Duration(1));
  it.folders.look(kFirst);
  CHECK(it.there("t/1"));
  it.clock.advance(Duration(1));
  it.folders.look(kFirst);
  CHECK_FALSE(it.there("t/1"));
  CHECK_FALSE(it.there("gone/3"));
  for (const char* name : {"t/0", "t/1.damaged-1", "g/global"}) CHECK(it.there(name));
}

TEST_CASE("the time begins anew when it comes back, or nobody knows whose it is") {
  World it;
  it.open("t/1");
  it.folders.look(kFirst);
  it.clock.advance(minutes(9));
  it.folders.look({{"t", {4, {0, 1}}}});
  it.folders.look(kFirst);
  it.clock.advance(minutes(9));
  it.folders.look(kFirst);
  it.folders.forget();
  it.clock.advance(minutes(9));
  it.folders.look(kFirst);
  CHECK(it.there("t/1"));
  it.clock.advance(minutes(10));
  it.folders.look(kFirst);
  CHECK_FALSE(it.there("t/1"));
}

TEST_CASE("one that is open stays") {
  World it;
  auto open = it.open("t/1");
  it.folders.look({});
  it.clock.advance(minutes(10));
  it.folders.look({});
  CHECK(it.there("t/1"));
  CHECK(open.verify());
}

}  // namespace
}  // namespace streamworker
