#include "store/partition.h"

#include "unit/catch.h"
#include "unit/store/folder.h"

namespace streamworker::store {
namespace {

std::shared_ptr<rocks::Budget> budget() {
  return std::make_shared<rocks::Budget>(1UL << 20, 4UL << 20);
}

Partition opened(const std::string& folder) {
  auto partition = Partition::open(folder, budget());
  if (!partition) FAIL(partition.error().message);
  return std::move(*partition);
}

Stored stored(Offset changelog) {
  Stored out;
  out.progress.incarnation = "one";
  out.progress.inputs = {{{"data", 0}, changelog * 10}};
  out.changelog = changelog;
  out.written = WallTime(std::chrono::seconds(changelog));
  return out;
}

std::string all(const Partition& partition, const std::string& begin = "",
                const std::string& end = "") {
  std::string out;
  auto it = partition.rows(begin, end);
  for (it.seek(begin.empty() ? std::string("r") : "r" + begin); it.valid(); it.next())
    out.append(Partition::key_of_row(it)).append("=").append(it.value()).append(" ");
  REQUIRE(it.status());
  return out;
}

TEST_CASE("a commit is there after opening again, rows and progress together") {
  const Folder folder;
  {
    Partition partition = opened(folder / "t");
    CHECK_FALSE(partition.stored());
    REQUIRE(partition.write({{"a", "1"}, {"b", "2"}, {"", "empty"}}, stored(3)));
    REQUIRE(partition.write({{"a", {}}, {"c", ""}}, stored(5)));
  }
  const Partition partition = opened(folder / "t");
  CHECK(partition.stored()->changelog == 5);
  CHECK(partition.stored()->progress == stored(5).progress);
  CHECK(partition.stored()->written == stored(5).written);
  CHECK(all(partition) == "=empty b=2 c= ");
  CHECK(all(partition, "a", "c") == "b=2 ");
  CHECK(partition.get("b").value() == "2");
  CHECK_FALSE(partition.get("a").value());
}

TEST_CASE("what fills a partition counts once it is said how far it goes") {
  const Folder folder;
  {
    Partition partition = opened(folder / "t");
    REQUIRE(partition.fill({{"a", "1"}, {"b", "2"}}));
    REQUIRE(partition.fill({{"a", {}}, {"b", "3"}, {"c", "4"}}));
  }
  {
    Partition partition = opened(folder / "t");  // as after a kill
    CHECK(all(partition).empty());
    REQUIRE(partition.fill({{"x", "1"}}));
    REQUIRE(partition.fill({{"x", {}}, {"y", "2"}}));
    REQUIRE(partition.write({}, stored(9)));
  }
  CHECK(all(opened(folder / "t")) == "y=2 ");
}

// A row that is a number has a place at that time.
std::optional<int64_t> time_of(std::string_view row) {
  if (row.empty() || row == "-") return {};
  return std::stoll(std::string(row));
}

std::string all_queued(const Partition& partition, const Queued& from) {
  std::string out;
  for (auto at = partition.queue(from); at.valid(); at.next()) {
    const Queued place = Partition::queued(at);
    out.append(std::to_string(place.time)).append(place.key).append(" ");
  }
  return out;
}

TEST_CASE("rows stand in a queue, however they came") {
  const Folder folder;
  const Queued first{-100, ""};
  {
    auto made = Partition::open(folder / "t", budget(), time_of);
    REQUIRE(made);
    REQUIRE(made->fill({{"a", "30"}, {"b", "-5"}, {"c", "-"}}));
    REQUIRE(made->fill({{"a", "40"}, {"d", "30"}}));
    REQUIRE(made->write({}, stored(1)));
  }
  auto opened = Partition::open(folder / "t", budget(), time_of);
  REQUIRE(opened);
  CHECK(all(*opened) == "a=40 b=-5 c=- d=30 ");
  CHECK(all_queued(*opened, first) == "-5b 30a 30d 40a ");  // a's old place stays
  CHECK(all_queued(*opened, {30, "b"}) == "30d 40a ");
  REQUIRE(
      opened->write({{"b", "7"}, {"d", {}}, {"e", "9", false}}, stored(2), {{-5, "b"}, {30, "a"}}));
  CHECK(all_queued(*opened, first) == "7b 30d 40a ");
  REQUIRE(opened->clear());
  CHECK(all_queued(*opened, first).empty());
}

TEST_CASE("clear leaves nothing") {
  const Folder folder;
  Partition partition = opened(folder / "t");
  REQUIRE(partition.write({{"a", "1"}}, stored(1)));
  REQUIRE(partition.clear());
  CHECK_FALSE(partition.stored());
  CHECK(all(partition).empty());
}

TEST_CASE("one folder has one owner") {
  const Folder folder;
  const Partition partition = opened(folder / "t");
  const auto second = Partition::open(folder / "t", budget());
  REQUIRE_FALSE(second);
  CHECK(second.error().remedy == Remedy::Retry);
}

TEST_CASE("a flipped byte is met, and the folder set aside") {
  const Folder folder;
  {
    Partition partition = opened(folder / "t");
    std::vector<std::string> keys;
    std::vector<RowChange> rows;
    for (int i = 1000; i < 9000; ++i) keys.push_back(std::to_string(i));
    for (const std::string& key : keys) rows.push_back({key, key});
    REQUIRE(partition.fill(rows));
    REQUIRE(partition.write({}, stored(1)));
  }
  flip_byte(folder / "t", 300);
  {
    const Partition partition = opened(folder / "t");  // RocksDB looks at blocks when it reads them
    CHECK_FALSE(partition.damaged());
    const auto got = partition.get("1000");
    REQUIRE_FALSE(got);
    CHECK(got.error().message.find(folder / "t") != std::string::npos);
    CHECK(got.error().remedy == Remedy::Retry);
    CHECK(partition.damaged());
  }
  const Partition fresh = opened(folder / "t");
  CHECK(fresh.set_aside() == folder / "t.damaged-1");
  CHECK_FALSE(fresh.stored());
}

TEST_CASE("damage that an iterator meets is known, too") {
  const Folder folder;
  {
    Partition partition = opened(folder / "t");
    std::vector<std::string> keys;
    std::vector<RowChange> rows;
    for (int i = 1000; i < 9000; ++i) keys.push_back(std::to_string(i));
    for (const std::string& key : keys) rows.push_back({key, key});
    REQUIRE(partition.fill(rows));
    REQUIRE(partition.write({}, stored(1)));
  }
  flip_byte(folder / "t", 20'000);
  const Partition partition = opened(folder / "t");
  auto rows = partition.rows("", "");
  while (rows.valid()) rows.next();
  CHECK(rows.status().error().remedy == Remedy::Retry);
  CHECK(partition.damaged());
}

TEST_CASE("a folder that cannot be opened is set aside by itself, and the newest of them is kept") {
  const Folder folder;
  const std::string beside = folder / "t.damaged-by-hand";
  std::filesystem::create_directory(beside);
  for (const char* name : {"t.damaged-1", "t.damaged-2", "t.damaged-3"}) {
    {
      Partition partition = opened(folder / "t");
      REQUIRE(partition.fill({{"a", "1"}}));
      REQUIRE(partition.write({}, stored(1)));
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder / "t"))
      if (entry.path().extension() == ".sst") std::filesystem::resize_file(entry.path(), 10);
    Partition partition = opened(folder / "t");
    CHECK(partition.set_aside() == folder / name);
    CHECK_FALSE(partition.stored());
  }
  CHECK_FALSE(std::filesystem::exists(folder / "t.damaged-1"));
  CHECK_FALSE(std::filesystem::exists(folder / "t.damaged-2"));
  CHECK(std::filesystem::exists(folder / "t.damaged-3"));
  CHECK(std::filesystem::exists(beside));
}

}  // namespace
}  // namespace streamworker::store
