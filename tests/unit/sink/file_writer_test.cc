#include "sink/file_writer.h"

#include <fstream>
#include <iterator>

#include "unit/catch.h"
#include "unit/sink/folder.h"

namespace streamworker::sink {
namespace {

PartId part(const std::string& topic = "data", int32_t partition = 0) {
  PartId id;
  id.topic = topic;
  id.partition = partition;
  return id;
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void put(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

TEST_CASE("a file goes on where its position says") {
  const Folder folder;
  const std::string path = folder.file("out.jsonl");
  {
    FileWriter writer;
    const auto next = writer.open(path, part());
    REQUIRE(next);
    CHECK_FALSE(next->has_value());
    REQUIRE(writer.append("a\nb\n", 7));
    REQUIRE(writer.append("", 9));
    REQUIRE(writer.append("c\n", 12));
  }
  put(path, "half a li");  // what a crash left
  FileWriter writer;
  const auto next = writer.open(path, part());
  REQUIRE(next);
  CHECK(*next == Offset{12});
  CHECK(content(path) == "a\nb\nc\n");
  REQUIRE(writer.append("d\n", 13));
  CHECK(content(path) == "a\nb\nc\nd\n");
  CHECK(content(path + ".position") ==
        "length 8\noffset 13\ntopic data\npartition 0\nincarnation \n");
}

TEST_CASE("a crash before the first position leaves nothing behind") {
  const Folder folder;
  const std::string path = folder.file("out");
  {
    FileWriter writer;
    REQUIRE(writer.open(path, part()));
  }
  put(path, "lines without a position");
  FileWriter writer;
  const auto next = writer.open(path, part());
  REQUIRE(next);
  CHECK_FALSE(next->has_value());
  CHECK(content(path).empty());
}

TEST_CASE("what is not this sink's file is left alone") {
  const Folder folder;
  const std::string path = folder.file("out");
  put(path, "somebody's\n");
  const auto next = FileWriter().open(path, part());
  REQUIRE_FALSE(next);
  CHECK(next.error().remedy == Remedy::Stop);
  CHECK(content(path) == "somebody's\n");
}

TEST_CASE("a position of another topic, partition or log is an error") {
  const Folder folder;
  const std::string path = folder.file("out");
  {
    FileWriter writer;
    REQUIRE(writer.open(path, part()));
    REQUIRE(writer.append("a\n", 1));
  }
  PartId other_log = part();
  other_log.incarnation = "0123";
  for (const PartId& other : {part("other"), part("data", 1), other_log}) {
    const auto next = FileWriter().open(path, other);
    REQUIRE_FALSE(next);
    CHECK(next.error().remedy == Remedy::Stop);
  }
  CHECK(content(path) == "a\n");
}

TEST_CASE("a file that lost lines, and a damaged position, are errors") {
  const Folder folder;
  const std::string path = folder.file("out");
  {
    FileWriter writer;
    REQUIRE(writer.open(path, part()));
    REQUIRE(writer.append("abc\n", 1));
  }
  std::filesystem::resize_file(path, 2);
  CHECK_FALSE(FileWriter().open(path, part()));
  std::filesystem::resize_file(path + ".position", 9);
  CHECK_FALSE(FileWriter().open(path, part()));
}

TEST_CASE("one writer at a time") {
  const Folder folder;
  const std::string path = folder.file("out");
  FileWriter first;
  REQUIRE(first.open(path, part()));
  FileWriter second;
  const auto refused = second.open(path, part());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Retry);
  first.close();
  CHECK(second.open(path, part()));
}

TEST_CASE("a missing folder stops") {
  const Folder folder;
  const auto missing = FileWriter().open(folder.file("no/such/out"), part());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().remedy == Remedy::Stop);
}

}  // namespace
}  // namespace streamworker::sink
