#include "codec/worker_entry.h"

#include "unit/catch.h"

namespace streamworker {
namespace {

TEST_CASE("an entry is read as it was written") {
  const WorkerEntry entry{"[::1]:6066", {{"a", {4, {0, 3}}}, {"b \"x\"", {1, {}}}}};
  const std::string json = to_json(entry);
  CHECK(json == R"({"address":"[::1]:6066","tables":{"a":{"of":4,"here":[0,3]},)"
                R"("b \"x\"":{"of":1,"here":[]}}})");
  CHECK(read_worker_entry(json) == entry);
}

TEST_CASE("what is no entry") {
  const auto* const json =
      GENERATE("", "x", "[]", "{}", R"({"address":"a:1"})", R"({"address":1,"tables":{}})",
               R"({"address":"a:1","tables":{"t":1}})", R"({"address":"a:1","tables":{"t":{}}})",
               R"({"address":"a:1","tables":{"t":{"of":2,"here":[2]}}})",
               R"({"address":"a:1","tables":{"t":{"of":2,"here":[-1]}}})",
               R"({"address":"a:1","tables":{"t":{"of":2,"here":[0.5]}}})");
  CHECK_FALSE(read_worker_entry(json));
}

TEST_CASE("what a later version adds is passed over") {
  CHECK(read_worker_entry(
            R"({"address":"a:1","zone":"x","tables":{"t":{"of":1,"here":[0],"n":1}}})") ==
        WorkerEntry{"a:1", {{"t", {1, {0}}}}});
}

}  // namespace
}  // namespace streamworker
