#include "log/embedded/chunk.h"

#include "unit/catch.h"

namespace streamworker::embedded {
namespace {

Chunk chunk_of_three() {
  const Headers headers{{"h", "1"}};
  Chunk chunk;
  for (const char* value : {"one", "two", "three"}) {
    OutRecord record;
    record.timestamp = EventTime(std::chrono::milliseconds(-5));
    record.key = "key";
    record.value = value;
    record.headers = &headers;
    chunk.append(record);
  }
  return chunk;
}

TEST_CASE("chunk: read from its start, and on from a place") {
  const Chunk chunk = chunk_of_three();
  CHECK(chunk.count() == 3);
  Message message;
  Headers headers;
  ChunkReader reader(chunk.bytes(), 12, {});
  REQUIRE(reader.next(message, headers) == ChunkReader::Found::Record);
  CHECK(message.offset == 10);
  CHECK(message.timestamp.time_since_epoch().count() == -5);
  CHECK(message.value == "one");
  const auto place = reader.place();
  CHECK(place.offset == 11);

  ChunkReader rest(chunk.bytes().substr(place.at), 12, place);
  REQUIRE(rest.next(message, headers) == ChunkReader::Found::Record);
  CHECK(message.offset == 11);
  CHECK(message.value == "two");
  REQUIRE(rest.next(message, headers) == ChunkReader::Found::Record);
  CHECK(message.value == "three");
  CHECK(rest.next(message, headers) == ChunkReader::Found::End);
  CHECK(rest.place().at == chunk.bytes().size());
  CHECK(rest.place().offset == 13);
}

TEST_CASE("chunk: cut short anywhere, it is damaged and nothing else") {
  const Chunk chunk = chunk_of_three();
  for (size_t size = 0; size < chunk.bytes().size(); ++size) {
    const std::string cut(chunk.bytes().substr(0, size));
    Message message;
    Headers headers;
    ChunkReader reader(cut, 12, {});
    auto found = ChunkReader::Found::Record;
    while (found == ChunkReader::Found::Record) found = reader.next(message, headers);
    INFO("cut at " << size);
    CHECK((found == ChunkReader::Found::Damage || size < 4));
  }
}

}  // namespace
}  // namespace streamworker::embedded
