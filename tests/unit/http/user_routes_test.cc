#include "http/user_routes.h"

#include "config/routes.h"
#include "http/routes.h"
#include "unit/query/world.h"

namespace streamworker::http {
namespace {

const char* const kTables =
    "  t: {from: a, key: id, columns: {total: sum(n)}}\n"
    "databases: {db: {url: \"sqlite:/nowhere/at/all.db\"}}\n"
    "http:\n"
    "  routes:\n"
    "    /customer/{id}: {table: t, key: \"{id}\", select: {who: key, total: total}, default: "
    "{total: 0}}\n"
    "    /users/{name}: {database: db, sql: \"SELECT :name AS name\"}\n";

class Site {
 public:
  Site() {
    routes_.add(world.plan.routes, {world.tables, world.readers, nullptr, world.file, world.clock});
  }
  Response get(const std::string& raw) { return routes_.handle(request(raw)); }
  std::optional<size_t> lane(const std::string& raw) { return routes_.lane_of(request(raw)); }

  query::World world{kTables};

 private:
  static Request request(const std::string& raw) {
    Request out;
    out.target = *parse_target(raw);
    return out;
  }
  Metrics metrics_;
  StatusBoard board_{world.clock};
  Routes routes_{board_, metrics_, world.clock, "{}", "0.1.0"};
};

TEST_CASE("a row, a default, and a partition that is not here") {
  Site it;
  CHECK(it.get("/customer/a").status == 503);
  it.world.open("t", 2);
  it.world.add("t", {Value::of_string("a"), Value::of_int(5)});
  CHECK(it.get("/customer/a").body == R"j({"who":"a","total":5})j");
  CHECK(it.get("/customer/b").body == R"j({"who":"b","total":0})j");
  CHECK(it.get("/customer/b").route == "/customer/{id}");
  CHECK(it.get("/customer").status == 404);
}

TEST_CASE("a database that is away is a 503, and waited for in its lane") {
  Site it;
  CHECK(it.lane("/users/a") == 0);
  CHECK_FALSE(it.lane("/customer/a"));
  CHECK_FALSE(it.lane("/metrics"));
  CHECK(it.get("/users/a").status >= 500);
}

TEST_CASE("the list names the file's paths, and none may hide the worker's own") {
  Site it;
  const std::string list = it.get("/").body;
  CHECK(list.find(R"("path":"/customer/{id}","what":"rows of table t")") != std::string::npos);
  const auto& own = config::own_paths();
  for (size_t at = list.find("\"path\":\"/"); at != std::string::npos;
       at = list.find("\"path\":\"/", at + 1)) {
    const size_t from = at + 9;
    const std::string first = list.substr(from, list.find_first_of("/\"", from) - from);
    if (first.empty() || first == "customer" || first == "users") continue;
    INFO(first);
    CHECK(std::find(own.begin(), own.end(), first) != own.end());
  }
}

}  // namespace
}  // namespace streamworker::http
