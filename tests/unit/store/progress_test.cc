#include "store/progress.h"

#include "unit/catch.h"

namespace streamworker::store {
namespace {

using std::chrono::milliseconds;

Progress everything() {
  Progress all;
  all.inputs = {{{"data", 3}, 120}, {{"app-x-repartition", 0}, 0}};
  all.stream_time = EventTime(milliseconds(-5));
  all.marks[2] = {EventTime(milliseconds(1'600'000'000'123)), true};
  all.marks[7] = {EventTime(milliseconds(0)), false};
  all.closed = EventTime(milliseconds(1));
  all.fingerprint = "count(*) by user";
  all.incarnation = "0123abcd";
  all.replaces = "ffff";
  return all;
}

TEST_CASE("progress reads back as it was") {
  CHECK(progress_of(to_bytes({})).value() == Progress{});
  CHECK(progress_of(to_bytes(everything())).value() == everything());
}

TEST_CASE("bytes that are cut or behind it are no progress") {
  const std::string bytes = to_bytes(everything());
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(progress_of(bytes.substr(0, size)));
  CHECK_FALSE(progress_of(bytes + "x"));
  std::string newer = bytes;
  newer[0] = 2;
  CHECK(progress_of(newer).error().message == "a newer streamworker wrote it");
}

TEST_CASE("no byte that is wrong does harm") {
  const std::string bytes = to_bytes(everything());
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string wrong = bytes;
      wrong[at] = static_cast<char>(wrong[at] ^ (1 << bit));
      const auto read = progress_of(wrong);
      if (read) CHECK(to_bytes(*read).size() <= wrong.size() + 16);
    }
  }
}

}  // namespace
}  // namespace streamworker::store
