// What is left of the letters: markers, notes, identities.
#include "app/letter_box.h"

#include "unit/catch.h"

namespace streamworker {
namespace {

const TopicPartition kAt{"data", 0};

class Filled {
 public:
  Filled& letter(const LetterId& id, const std::string& message = "why",
                 const std::string& app = "shop") {
    Letter one;
    one.id = id;
    one.app = app;
    one.message = message;
    OwnedHeaders headers;
    add_block(one, {}, headers);
    return add(headers);
  }
  Filled& letter(Offset offset, const std::string& step = "select",
                 const std::string& pipeline = "p", const std::string& sink = "") {
    return letter(LetterId{kAt, offset, step, pipeline, sink});
  }
  Filled& marker(Offset start, const std::string& pipeline = "p", const std::string& sink = "",
                 const std::string& step = "") {
    OwnedHeaders headers;
    add_block(Marker{"shop", kAt, pipeline, sink, start, step}, headers);
    return add(headers);
  }
  Filled& note(const LetterId& id) {
    OwnedHeaders headers;
    add_block(ReplayNote{"shop", id}, headers);
    return add(headers);
  }
  std::vector<Offset> left() const {
    std::vector<Offset> all;
    for (const auto& [id, stored] : box.left()) all.push_back(id.offset);
    return all;
  }

  LetterBox box{"shop"};

 private:
  Filled& add(const OwnedHeaders& headers) {
    Message message;
    message.offset = next_++;
    message.value = "{}";
    message.headers = &headers.get();
    box.add(message);
    return *this;
  }
  Offset next_ = 0;
};

using Offsets = std::vector<Offset>;

TEST_CASE("an identity that comes twice is there once, at its first place") {
  Filled box;
  box.letter(5).letter(5).letter(4);
  CHECK(box.left() == Offsets{4, 5});
  CHECK(box.box.left().begin()->second.stored == 2);
  CHECK(std::next(box.box.left().begin())->second.stored == 0);
  CHECK_FALSE(box.box.left().begin()->second.letter.value.has_value());
}

TEST_CASE("step, pipeline and sink make identities of their own") {
  Filled box;
  box.letter(5)
      .letter(5, "where")
      .letter(5, "select", "q")
      .letter(5, "sink", "p", "T")
      .letter(5, "sink", "p", "U");
  CHECK(box.left().size() == 5);
}

TEST_CASE("a marker voids earlier letters at or above it, of its pipeline, sink and partition") {
  Filled box;
  box.letter(3).letter(5).letter(7).letter(5, "select", "q").letter(5, "sink", "p", "T");
  box.letter(LetterId{{"data", 1}, 9, "select", "p", ""}).letter(6, "decode", "");
  box.marker(5);
  CHECK(box.left() == Offsets{3, 5, 5, 6, 9});
  box.marker(0, "p", "T").marker(6, "");
  CHECK(box.left() == Offsets{3, 5, 9});
  box.letter(7);
  CHECK(box.left() == Offsets{3, 5, 7, 9});
}

TEST_CASE("the marker of decode voids decode's letters of replayed records, too") {
  Filled box;
  box.letter(5, "decode", "p").letter(6).marker(0, "");
  CHECK(box.left() == Offsets{6});
}

TEST_CASE("a marker of one step leaves the others of its sink alone") {
  Filled box;
  box.letter(5, "select", "p", "T").letter(5, "sink", "p", "T").letter(6, "sink", "p", "T");
  box.marker(5, "p", "T", "sink");
  REQUIRE(box.left() == Offsets{5});
  CHECK(box.box.left().begin()->first.step == "select");
}

TEST_CASE("what was replayed is a letter again when a marker says that it is processed again") {
  Filled box;
  const LetterId low{kAt, 4, "select", "p", ""};
  const LetterId high{kAt, 5, "select", "p", ""};
  const LetterId other{kAt, 6, "select", "q", ""};
  box.note(low).note(high).note(other).marker(5).letter(low).letter(high).letter(other);
  CHECK(box.left() == Offsets{5});
}

TEST_CASE("what was replayed does not come back") {
  Filled box;
  const LetterId id{kAt, 5, "select", "p", ""};
  box.letter(id).letter(6).note(id).letter(id);
  CHECK(box.left() == Offsets{6});
}

TEST_CASE("other applications' letters in the same topic are not ours") {
  Filled box;
  box.letter({kAt, 5, "select", "p", ""}, "why", "other");
  CHECK(box.left().empty());
}

}  // namespace
}  // namespace streamworker
