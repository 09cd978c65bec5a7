// What stands in the dead-letter topic, written and read.
#include "process/letter.h"

#include "unit/catch.h"

namespace streamworker {
namespace {

const LetterId kId{{"data", 3}, 120, "sink", "store", "Classifieds"};

Letter letter_of(const LetterId& id) {
  Letter letter;
  letter.id = id;
  letter.app = "shop";
  letter.message = "too long";
  letter.time = "2026-01-01T00:00:00Z";
  return letter;
}

TEST_CASE("a letter is read as it was written, its record's headers in their order") {
  OwnedHeaders headers;
  headers.add("a", "1");
  headers.add("b", std::nullopt);
  headers.add("a", "2");
  add_block(letter_of(kId), {}, headers);
  Message message;
  message.timestamp = EventTime(std::chrono::milliseconds(5));
  message.key = "k";
  message.headers = &headers.get();
  const LetterRecord record = read_letter(message);
  const auto* letter = std::get_if<Letter>(&record);
  REQUIRE(letter != nullptr);
  CHECK(letter->id == kId);
  CHECK(letter->app == "shop");
  CHECK(letter->message == "too long");
  CHECK(letter->time == "2026-01-01T00:00:00Z");
  CHECK(letter->cut.empty());
  CHECK(letter->timestamp == message.timestamp);
  CHECK(letter->key == "k");
  CHECK_FALSE(letter->value.has_value());
  REQUIRE(letter->headers.size() == 3);
  CHECK(letter->headers[1].first == "b");
  CHECK_FALSE(letter->headers[1].second.has_value());
  CHECK(letter->headers[2].second == "2");
}

TEST_CASE("a letter of a letter keeps the first one's headers as those of its record") {
  OwnedHeaders headers;
  add_block(letter_of(kId), {}, headers);
  const size_t first = headers.get().size();
  const LetterId second{{"shop-dead-letters", 0}, 7, "decode", "", ""};
  add_block(letter_of(second), {}, headers);
  Message message;
  message.headers = &headers.get();
  const LetterRecord record = read_letter(message);
  const auto* letter = std::get_if<Letter>(&record);
  REQUIRE(letter != nullptr);
  CHECK(letter->id == second);
  CHECK(letter->headers.size() == first);
}

TEST_CASE("a timestamp that the topic refused is the record's") {
  OwnedHeaders headers;
  const EventTime far(std::chrono::hours(24 * 365 * 400));
  add_block(letter_of(kId), far, headers);
  Message message;
  message.headers = &headers.get();
  const LetterRecord record = read_letter(message);
  const auto* letter = std::get_if<Letter>(&record);
  REQUIRE(letter != nullptr);
  CHECK(letter->timestamp == far);
}

TEST_CASE("markers and notes are told apart, and other records are none of ours") {
  Message message;
  CHECK(std::holds_alternative<std::monostate>(read_letter(message)));
  OwnedHeaders mark;
  add_block(Marker{"shop", {"data", 3}, "store", "", 99, "sink"}, mark);
  message.headers = &mark.get();
  const LetterRecord marked = read_letter(message);
  REQUIRE(std::holds_alternative<Marker>(marked));
  CHECK(std::get<Marker>(marked).start == 99);
  CHECK(std::get<Marker>(marked).pipeline == "store");
  CHECK(std::get<Marker>(marked).step == "sink");
  CHECK(std::get<Marker>(marked).at == TopicPartition{"data", 3});
  OwnedHeaders note;
  add_block(ReplayNote{"shop", kId}, note);
  message.headers = &note.get();
  const LetterRecord noted = read_letter(message);
  REQUIRE(std::holds_alternative<ReplayNote>(noted));
  CHECK(std::get<ReplayNote>(noted).id == kId);
  const Headers foreign = {{"trace", "1"}};
  message.headers = &foreign;
  CHECK(std::holds_alternative<std::monostate>(read_letter(message)));
}

}  // namespace
}  // namespace streamworker
