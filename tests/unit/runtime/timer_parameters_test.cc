#include "unit/runtime/timer_world.h"

namespace streamworker {
namespace {

using std::chrono::hours;

TEST_CASE("constants are numbers where they look like numbers, and parameters read back the same") {
  World world;
  using Kind = config::Parameter::Kind;
  const std::vector<config::Parameter> all = {
      parameter("number", Kind::Constant, "-5"),
      parameter("zeros", Kind::Constant, "007"),
      parameter("date", Kind::Constant, "2019-05-01 00:00:00"),
      parameter("quote", Kind::Constant, "it's \"\n"),
      parameter("hour", Kind::ScheduledAt, "", -Duration(hours(1))),
      parameter("never", Kind::LastRun, "", hours(1)),
      parameter("half", Kind::Query, "SELECT 0.5"),
      parameter("nothing", Kind::Query, "SELECT 1 WHERE 0"),
      parameter("asked", Kind::Query, "SELECT :scheduled_at")};
  const auto session = world.session();
  const WallTime run = at("2026-11-25 14:00:00");
  const auto made = evaluate(all, {run, run, {}}, *session);
  REQUIRE(made);
  CHECK(made->at("number") == sink::SqlValue(int64_t{-5}));
  CHECK(made->at("zeros") == sink::SqlValue("007"));
  CHECK(made->at("hour") == sink::SqlValue("2026-11-25 13:00:00.000"));
  CHECK(made->at("never") == sink::SqlValue());
  CHECK(made->at("half") == sink::SqlValue(0.5));
  CHECK(made->at("nothing") == sink::SqlValue());
  CHECK(made->at("asked") == sink::SqlValue("2026-11-25 14:00:00.000"));
  const auto read = from_json(to_json(*made));
  REQUIRE(read);
  CHECK(*read == *made);
}

}  // namespace
}  // namespace streamworker
