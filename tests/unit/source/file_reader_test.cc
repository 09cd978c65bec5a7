#include "source/file_reader.h"

#include "unit/catch.h"
#include "unit/source/files.h"

namespace streamworker {
namespace {

using Texts = std::vector<std::string>;

config::Stream stream_of_ids() {
  config::Stream stream;
  stream.schema = {stream_field("id", {Type::Int}), stream_field("text", {Type::String})};
  return stream;
}

config::FromFile from(const std::string& path, bool follow = false) {
  config::FromFile file;
  file.path = path;
  file.follow = follow;
  return file;
}

constexpr const char* kBom = "\xef\xbb\xbf";

}  // namespace

TEST_CASE("source: files of each form, from every position") {
  const Folder folder;
  const config::Stream stream = stream_of_ids();
  const auto [name, text, count] = GENERATE(table<std::string, std::string, size_t>({
      {"a.jsonl", "{\"id\":1}\n\n{\"id\":2}\r\n{\"id\":3}", 3},
      {"a.jsonl", std::string(kBom) + "{}\n{}\n", 2},
      {"a.jsonl", "", 0},
      {"a.json", "[{\"id\":1}, {\"id\":2}\n,\n{\"id\":3}]\n", 3},
      {"a.json", std::string(kBom) + " [1]", 1},
      {"a.json", "[]", 0},
      {"a.csv", "id,text\n1,a\n2,\"b\nb\"\n\n3,\"\"\n", 3},
      {"a.csv", std::string(kBom) + "id,text\r\n1,a", 1},
      {"a.csv", "id,text", 0},
      {"a.csv", "", 0},
  }));
  CAPTURE(name, text);
  const std::string path = folder.write(name, text);
  FileReader reader(stream, from(path));
  CHECK(reader.finite());
  CHECK(read_all(reader).size() == count);
  CHECK(reader.finished());
  REQUIRE(reader.seek(0));
  FileReader other(stream, from(path));
  check_resumes(reader, other);
}

TEST_CASE("source: rows become objects") {
  const Folder folder;
  const config::Stream stream = stream_of_ids();
  FileReader reader(stream, from(folder.write("a.csv", "id,text\n1,a\n2,\"b\nb\"\n")));
  CHECK(read_all(reader) == Texts{R"({"id":1,"text":"a"})", R"({"id":2,"text":"b\nb"})"});
}

TEST_CASE("source: a record longer than what is read at once") {
  const Folder folder;
  const config::Stream stream = stream_of_ids();
  const std::string large = "\"" + std::string(3 << 20, 'x') + "\"";
  const std::string name = GENERATE("a.jsonl", "a.json");
  const bool lines = name == "a.jsonl";
  FileReader reader(
      stream, from(folder.write(name, lines ? "1\n" + large + "\n2\n" : "[1," + large + ",2]")));
  CHECK((read_all(reader) == Texts{"1", large, "2"}));
}

TEST_CASE("source: what is wrong with a file, and where") {
  const Folder folder;
  const config::Stream stream = stream_of_ids();
  const auto error_of = [&](const std::string& name, const std::string& text) {
    FileReader reader(stream, from(folder.write(name, text)));
    const Texts all = read_all(reader);
    REQUIRE_FALSE(all.empty());
    return all.back();
  };
  CHECK(error_of("a.json", "[1, 2") ==
        "error: " + folder.file("a.json") + " at byte 3: the array has no end");
  CHECK(error_of("a.csv", "id,text\n1,a\n2\n") ==
        "error: " + folder.file("a.csv") + " at byte 12: a row of 1 fields under a header of 2");
  CHECK(error_of("a.csv", "id,text\n1,a\"\n") ==
        "error: " + folder.file("a.csv") +
            " at byte 8: a quote within a field that has none at its beginning");
  FileReader missing(stream, from(folder.file("none.csv")));
  CHECK(read_all(missing) ==
        Texts{"error: " + folder.file("none.csv") + ": No such file or directory"});
  CHECK_THROWS_AS(FileReader(stream, from("a.xml")), std::invalid_argument);
}

TEST_CASE("source: following a file") {
  const Folder folder;
  const config::Stream stream = stream_of_ids();
  const std::string path = folder.write("a.jsonl", "1\n2");
  FileReader reader(stream, from(path, true));
  CHECK_FALSE(reader.finite());
  CHECK(read_all(reader) == Texts{"1"});
  folder.append("a.jsonl", "2");
  CHECK(read_all(reader).empty());
  folder.append("a.jsonl", "2\n3\n");
  CHECK(read_all(reader) == Texts{"222", "3"});
  CHECK(read_all(reader).empty());
  CHECK_FALSE(reader.finished());
  folder.write("a.jsonl", "1\n");
  CHECK(read_all(reader) == Texts{"error: " + path + " has 2 bytes, but 8 were read: it was cut"});
}

TEST_CASE("source: following a table that has no header yet") {
  const Folder folder;
  const config::Stream stream = stream_of_ids();
  FileReader reader(stream, from(folder.write("a.csv", "id,te"), true));
  CHECK(read_all(reader).empty());
  folder.append("a.csv", "xt\n1,\"a\n");
  CHECK(read_all(reader).empty());
  folder.append("a.csv", "b\"\n");
  CHECK(read_all(reader) == Texts{R"({"id":1,"text":"a\nb"})"});
}

TEST_CASE("source: a file that is shorter than the position") {
  const Folder folder;
  const config::Stream stream = stream_of_ids();
  const std::string path = folder.write("a.jsonl", "1\n2\n");
  FileReader reader(stream, from(path));
  REQUIRE(reader.seek(100));
  CHECK(read_all(reader) ==
        Texts{"error: " + path + " has 4 bytes, but 100 were read: it was cut"});
}

}  // namespace streamworker
