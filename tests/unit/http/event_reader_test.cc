#include "http/event_reader.h"

#include "unit/catch.h"

namespace streamworker::http {
namespace {

TEST_CASE("events, however their bytes come") {
  const std::string bytes = "event: start\ndata: {}\n\n: nothing new\n\ndata: {\"a\":1}\n\ndata: x";
  for (size_t size = 1; size <= bytes.size(); ++size) {
    EventReader reader;
    std::string all;
    const auto take = [&](const ServerEvent& event) {
      all += event.name + "|" + event.data + ";";
      return true;
    };
    for (size_t at = 0; at < bytes.size(); at += size)
      REQUIRE(reader.read(std::string_view(bytes).substr(at, size), take));
    CHECK(all == "start|{};|{\"a\":1};");
    REQUIRE(reader.read("y\n\n", take));
    CHECK(all == "start|{};|{\"a\":1};|xy;");
  }
}

TEST_CASE("who has enough hears no more") {
  EventReader reader;
  int heard = 0;
  CHECK_FALSE(reader.read("data: 1\n\ndata: 2\n\n", [&](const ServerEvent&) {
    ++heard;
    return false;
  }));
  CHECK(heard == 1);
}

}  // namespace
}  // namespace streamworker::http
