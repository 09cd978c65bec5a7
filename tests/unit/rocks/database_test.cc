#include "rocks/database.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "unit/catch.h"

namespace streamworker::rocks {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "streamworker-rocks-XXXXXX");
    path_ = mkdtemp(name.data()) == nullptr ? "" : name;
    REQUIRE(!path_.empty());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path() const { return path_ + "/above/it"; }

 private:
  std::string path_;
};

Database opened(const Folder& folder) {
  auto db = Database::open(folder.path(), {});
  if (!db) FAIL(db.error().message);
  return std::move(*db);
}

std::string keys(Iterator it) {
  std::string all;
  for (; it.valid(); it.next()) all.append(it.key()).append(" ");
  REQUIRE(it.status());
  return all;
}

Iterator started(Iterator it, std::string_view at) {
  it.seek(at);
  return it;
}

void put(Database& db, const std::vector<std::string>& names) {
  Batch batch;
  for (const auto& name : names) batch.put(name, "value of " + name);
  REQUIRE(db.write(batch));
}

TEST_CASE("rocks: what was written is there after opening again") {
  Folder folder;
  {
    Database db = opened(folder);
    put(db, {"a", "b"});
    Batch batch;
    batch.remove("a");
    batch.put("b", "");
    REQUIRE(db.write(batch));
  }
  Database db = opened(folder);
  CHECK(db.get("a").value() == std::nullopt);
  CHECK(db.get("b").value() == "");
  CHECK(db.path() == folder.path());
}

TEST_CASE("rocks: a cleared batch changes nothing") {
  Folder folder;
  Database db = opened(folder);
  Batch batch(100);
  batch.put("a", "1");
  CHECK(!batch.empty());
  batch.clear();
  CHECK(batch.empty());
  REQUIRE(db.write(batch));
  CHECK(db.get("a").value() == std::nullopt);
}

TEST_CASE("rocks: an iterator stays within its range and its moment") {
  Folder folder;
  Database db = opened(folder);
  put(db, {"a", "b1", "b2", "b3", "c"});
  Iterator it = started(db.prefix("b"), "a");
  put(db, {"b11"});
  CHECK(keys(std::move(it)) == "b1 b2 b3 ");
  CHECK(keys(started(db.range("b11", "c"), "")) == "b11 b2 b3 ");
  CHECK(keys(started(db.range("b2", ""), "")) == "b2 b3 c ");
  Iterator last = db.prefix("b");
  last.seek_last();
  REQUIRE(last.valid());
  CHECK(last.key() == "b3");
  CHECK(last.value() == "value of b3");
}

TEST_CASE("rocks: walks through a snapshot see its moment") {
  Folder folder;
  Database db = opened(folder);
  put(db, {"a", "c"});
  const auto then = db.snapshot();
  put(db, {"b"});
  CHECK(keys(started(db.range("a", "", then.get()), "")) == "a c ");
  CHECK(keys(started(db.range("a", ""), "")) == "a b c ");
}

TEST_CASE("rocks: the end of a prefix") {
  CHECK(end_of_prefix("ab") == "ac");
  CHECK(end_of_prefix("a\xff\xff") == "b");
  CHECK(end_of_prefix("\xff").empty());
}

TEST_CASE("rocks: a removed range is gone, its end is not") {
  Folder folder;
  Database db = opened(folder);
  put(db, {"a", "b", "c", "d"});
  Batch batch;
  batch.remove_range("b", "d");
  REQUIRE(db.write(batch));
  REQUIRE(db.drop_files("b", "d"));
  CHECK(keys(started(db.range("", ""), "")) == "a d ");
}

TEST_CASE("rocks: a folder in use is refused with a clear message") {
  Folder folder;
  Database db = opened(folder);
  auto second = Database::open(folder.path(), {});
  REQUIRE(!second);
  CHECK(second.error().remedy == Remedy::Retry);
  CHECK(second.error().message == folder.path() + " is in use by another streamworker");
}

TEST_CASE("rocks: a database that is not there is not made unless asked") {
  Folder folder;
  auto db = Database::open(folder.path(), {.create = false});
  REQUIRE(!db);
  CHECK(db.error().remedy == Remedy::Stop);
  CHECK(db.error().message.find(folder.path()) != std::string::npos);
}

TEST_CASE("rocks: a damaged database is named") {
  Folder folder;
  { Database db = opened(folder); }
  std::ofstream(folder.path() + "/CURRENT") << "no such manifest\n";
  auto db = Database::open(folder.path(), {});
  REQUIRE(!db);
  CHECK(db.error().remedy == Remedy::Stop);
  CHECK(db.error().message.find(folder.path()) != std::string::npos);
}

}  // namespace
}  // namespace streamworker::rocks
