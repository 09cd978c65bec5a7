#include "http/routes.h"

#include "base/log.h"
#include "unit/catch.h"

namespace streamworker::http {
namespace {

class Fixture {
 public:
  Response get(const std::string& raw, bool browser = false) {
    Request request;
    request.target = *parse_target(raw);
    request.wants_html = browser;
    return routes_.handle(request);
  }
  StatusBoard& board() { return board_; }
  ManualClock& clock() { return clock_; }
  Metrics& metrics() { return metrics_; }

 private:
  ManualClock clock_{WallTime(std::chrono::seconds(1795245161))};
  Metrics metrics_;
  StatusBoard board_{clock_};
  Routes routes_{board_, metrics_, clock_, R"({"app":"shop","password":"***"})", "0.1.0"};
};

TEST_CASE("live is live") {
  Fixture it;
  const Response live = it.get("/health/live");
  CHECK(live.status == 200);
  CHECK(live.body == R"j({"live":true})j");
  CHECK(live.route == "/health/live");
  CHECK(it.get("/health/live/").status == 200);
}

TEST_CASE("ready says why it is not") {
  Fixture it;
  CHECK(it.get("/health/ready").status == 503);
  CHECK(it.get("/health/ready").body == R"j({"ready":false,"reasons":[{"what":"starting"}]})j");

  MemberStatus member;
  member.joined = true;
  member.reasons = {{"database away",
                     {{"database", "shop"},
                      {"error", "2002: connection refused"},
                      {"since", "2026-11-21T07:12:41Z"}}},
                    {"restoring", {{"partition", "2"}, {"done", "0.43"}, {"table", "7"}}}};
  it.board().publish("0", member);
  CHECK(it.get("/health/ready").body ==
        R"j({"ready":false,"reasons":[{"what":"database away","database":"shop",)j"
        R"j("error":"2002: connection refused","since":"2026-11-21T07:12:41Z"},)j"
        R"j({"what":"restoring","done":0.43,"partition":2,"table":"7"}]})j");

  member.reasons.clear();
  it.board().publish("0", member);
  CHECK(it.get("/health/ready").status == 200);
  CHECK(it.get("/health/ready").body == R"j({"ready":true,"reasons":[]})j");
  it.board().stopping();
  CHECK(it.get("/health/ready").status == 503);
}

TEST_CASE("a hidden value does not leave by a reason or a state") {
  Fixture it;
  log::hide("kanarienvogel");
  MemberStatus member;
  member.joined = true;
  member.reasons = {{"database away", {{"error", "denied for kanarienvogel"}}}};
  TaskStatus task;
  task.state = "database shop away: kanarienvogel";
  member.tasks = {task};
  it.board().publish("0", member);
  for (const char* path : {"/health/ready", "/assignment"}) {
    CHECK(it.get(path).body.find("kanarienvogel") == std::string::npos);
    CHECK(it.get(path).body.find("***") != std::string::npos);
  }
}

TEST_CASE("metrics are in the text format") {
  Fixture it;
  it.metrics().counter("demo_total", "A demo.").add(3);
  const Response metrics = it.get("/metrics");
  CHECK(metrics.type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(metrics.body.find("streamworker_demo_total 3\n") != std::string::npos);
  CHECK(it.get("/metrics?pretty").body.find("# HELP") == 0);
}

TEST_CASE("settings say value, default, origin and what was refused") {
  Fixture it;
  CHECK(it.get("/settings").body ==
        R"j({"database":null,"poll_seconds":0,"read_at":null,"problem":null,"settings":[]})j");
  log::hide("papagei-im-kaefig");
  SettingsStatus settings;
  settings.database = "shop";
  settings.poll = std::chrono::milliseconds(500);
  settings.read_at = it.clock().wall();
  settings.settings = {
      {"commit.every", "5", "null", "database", "2026-11-21 07:12:41.118000", "root@localhost", "",
       ""},
      {"databases.shop.password", "null", "null", "", "", "", "papagei-im-kaefig", "cannot"}};
  it.board().publish_settings(settings);
  CHECK(
      it.get("/settings").body ==
      R"j({"database":"shop","poll_seconds":0.5,"read_at":"2026-11-21T07:12:41Z","problem":null,)j"
      R"j("settings":[{"name":"commit.every","value":5,"default":null,"origin":"database",)j"
      R"j("updated_at":"2026-11-21T07:12:41.118000Z","updated_by":"root@localhost",)j"
      R"j("refused":null},{"name":"databases.shop.password","value":null,"default":null,)j"
      R"j("origin":null,"updated_at":null,"updated_by":null,)j"
      R"j("refused":{"value":"***","reason":"cannot"}}]})j");
}

TEST_CASE("pipelines come with their rates") {
  Fixture it;
  it.board().describe(
      {{"store", {"data"}, {"shop.Classifieds (upsert by id)"}, false, 0, 0, "running", "", {}}});
  MemberStatus member;
  member.pipeline_records = {{"store", 100}};
  it.board().publish("0", member);
  it.clock().advance(std::chrono::seconds(4));
  member.pipeline_records = {{"store", 110}};
  member.warnings = {{"data", "set streams.data.partitioner"}, {"other", "of nobody here"}};
  it.board().publish("0", member);
  CHECK(it.get("/pipelines").body ==
        R"j({"pipelines":[{"name":"store","from":["data"],)j"
        R"j("to":["shop.Classifieds (upsert by id)"],"paused":false,"records":110,)j"
        R"j("records_per_second":2.5,"state":"running",)j"
        R"j("warnings":["set streams.data.partitioner"]}]})j");
  member.stopped = {{"store", "1146: no such table"}};
  it.board().publish("0", member);
  CHECK(it.get("/pipelines").body.find(R"j("state":"stopped","why":"1146: no such table",)j") !=
        std::string::npos);
}

TEST_CASE("timers tell how they are, and run when they are asked to") {
  ManualClock clock{WallTime(std::chrono::seconds(1795245161))};
  Metrics metrics;
  StatusBoard board{clock};
  config::File file;
  file.app = "shop";
  file.databases.emplace_back();
  file.databases[0].name = "db";
  file.databases[0].scheme = "sqlite";
  file.databases[0].database = ":memory:";
  config::Timer timer;
  timer.name = "margins";
  timer.every = std::chrono::hours(1);
  timer.database.value = "db";
  timer.sql = {{"SELECT 1", {}, "sql"}};
  file.timers = {timer};
  Timers timers(file, "me", clock, metrics);
  Routes routes{board, metrics, clock, "{}", "0.1.0"};
  routes.add(timers);
  const auto ask = [&](const std::string& raw, bool post) {
    Request request;
    request.target = *parse_target(raw);
    request.post = post;
    return routes.handle(request);
  };
  CHECK(ask("/timers", false).body ==
        R"j({"timers":[{"name":"margins","schedule":"every 1 h","database":"db","on":"leader",)j"
        R"j("enabled":true,"next":null,"last_run":null,"asked_run":null,"error":null}]})j");
  const Response accepted = ask("/timers/margins/run", true);
  CHECK(accepted.status == 202);
  CHECK(accepted.body == R"j({"timer":"margins","accepted":true})j");
  CHECK(accepted.route == "/timers/{name}/run");
  CHECK(ask("/timers/other/run", true).status == 404);
  CHECK(ask("/timers/margins/run", false).status == 405);
  CHECK(ask("/timers/margins/run", false).allow == "POST");
  timers.end();
  const Response refused = ask("/timers/margins/run", true);
  CHECK(refused.status == 503);
  CHECK(refused.body.find("\"stopping\"") != std::string::npos);
  CHECK(ask("/timers/other/run", true).status == 404);
}

}  // namespace
}  // namespace streamworker::http
