#include "http/table_routes.h"

#include "http/routes.h"
#include "unit/query/world.h"

namespace streamworker::http {
namespace {

class Site {
 public:
  explicit Site(const std::string& tables) : world(tables) {}
  Response get(const std::string& raw) {
    Request request;
    request.target = *parse_target(raw);
    return routes_.handle(request);
  }
  std::string body(const std::string& raw) { return get(raw).body; }
  Response sql(const Request& request) { return routes_.sql(request); }
  void count(const char* key) { world.add("t", {Value::of_string(key)}); }

  query::World world;

 private:
  TableRoutes routes_{world.tables, world.readers, nullptr, world.clock};
};

const char* const kCounts = "  t: {from: a, key: id, columns: {n: count(*)}}\n";

TEST_CASE("the list says what the tables are made of, and what of them is here") {
  Site it(kCounts + std::string("  s: {from: a, key: [n, id], columns: {c: count(*)}, window: "
                                "{hopping: 5m, every: 1m}}\n"));
  it.world.open("t", 2);
  CHECK(it.body("/tables") ==
        R"j({"tables":[{"name":"s","key":[{"name":"n","type":"int"},{"name":"id",)j"
        R"j("type":"string"}],"columns":[{"name":"c","type":"int"}],"window":{"kind":"hopping",)j"
        R"j("size_seconds":300,"every_seconds":60},"partitions":{"here":[],"of":null}},)j"
        R"j({"name":"t","key":[{"name":"id","type":"string"}],)j"
        R"j("columns":[{"name":"n","type":"int"}],"window":null,)j"
        R"j("partitions":{"here":[0,1],"of":2}}]})j");
}

TEST_CASE("one row by its key") {
  Site it(kCounts);
  it.world.open("t", 2);
  for (const char* key : {"a", "a/b", "a", "[1]"}) it.count(key);
  CHECK(it.body("/tables/t/a") == R"j({"key":"a","value":{"n":2}})j");
  CHECK(it.body("/tables/t/a%2Fb") == R"j({"key":"a/b","value":{"n":1}})j");
  CHECK(it.body("/tables/t?key=a/b") == R"j({"key":"a/b","value":{"n":1}})j");
  CHECK(it.body("/tables/t?key=%5B%22a/b%22%5D") == R"j({"key":"a/b","value":{"n":1}})j");
  CHECK(it.body("/tables/t?key=%5B%22%5B1%5D%22%5D") == R"j({"key":"[1]","value":{"n":1}})j");
  CHECK(it.get("/tables/t/x").status == 404);
  CHECK(it.get("/tables/t/a/b").status == 404);
  CHECK(it.get("/tables/x/a").status == 404);
  CHECK(it.get("/tables/t/a").route == "/tables/{table}/{key}");
}

TEST_CASE("pages, in the order of the keys") {
  Site it(kCounts);
  it.world.open("t", 3);
  for (const char* key : {"ab", "b", "aa", "ac", "c"}) it.count(key);
  CHECK(it.body("/tables/t?limit=2") ==
        R"j({"table":"t","partitions":{"here":[0,1,2],"of":3},"rows":[)j"
        R"j({"key":"aa","value":{"n":1}},{"key":"ab","value":{"n":1}}],"next":"6162"})j");
  CHECK(it.body("/tables/t?limit=2&cursor=6162") ==
        R"j({"table":"t","partitions":{"here":[0,1,2],"of":3},"rows":[)j"
        R"j({"key":"ac","value":{"n":1}},{"key":"b","value":{"n":1}}],"next":"62"})j");
  CHECK(it.body("/tables/t?prefix=a&cursor=6162") ==
        R"j({"table":"t","partitions":{"here":[0,1,2],"of":3},"rows":[)j"
        R"j({"key":"ac","value":{"n":1}}],"next":null})j");
  CHECK(it.body("/tables/t?prefix=x") ==
        R"j({"table":"t","partitions":{"here":[0,1,2],"of":3},"rows":[],"next":null})j");
  CHECK(it.get("/tables/t").route == "/tables/{table}");
  for (const char* bad : {"limit=0", "limit=1001", "limit=a", "limit=-1", "cursor=6", "cursor=zz"})
    CHECK(it.get(std::string("/tables/t?") + bad).status == 400);
}

TEST_CASE("what is not there to be read now is to be asked for again") {
  Site it(kCounts);
  for (const char* path : {"/tables/t", "/tables/t/a"}) {
    CHECK(it.get(path).status == 503);
    CHECK(it.get(path).retry_after == 1);
  }
  it.world.open("t", 1);
  CHECK(it.get("/tables/t").status == 200);
  it.world.tables.hide(*it.world.owner);
  CHECK(it.get("/tables/t").status == 503);
}

TEST_CASE("a key that is none of this table says what it should be") {
  Site it("  t: {from: a, key: n, columns: {c: count(*)}}\n");
  it.world.open("t", 1);
  CHECK(it.get("/tables/t/x").status == 400);
  CHECK(it.body("/tables/t/x") ==
        R"j({"error":{"code":"bad_key","message":"the key of table t is n (int)"}})j");
}

TEST_CASE("queries, in a parameter or as a body") {
  Site it(kCounts);
  it.world.open("t", 2);
  for (const char* key : {"a", "b", "a"}) it.count(key);
  const auto sql = [&](const std::string& raw, const std::string& body = "") {
    Request request;
    request.target = *parse_target(raw);
    request.post = !body.empty();
    request.body = body;
    return it.sql(request);
  };
  const std::string answer = R"j({"columns":["id","n"],"rows":[["a",2],["b",1]]})j";
  CHECK(sql("/sql?q=SELECT+*+FROM+t+ORDER+BY+id").body == answer);
  CHECK(sql("/sql", "SELECT * FROM t ORDER BY id").body == answer);
  CHECK(sql("/sql").status == 400);
  CHECK(sql("/sql", "SELECT '\xff'").status == 400);
  CHECK(sql("/sql", "DELETE FROM t").body ==
        R"j({"error":{"code":"bad_query","message":"SQLite: table t may not be modified"}})j");
  CHECK(sql("/sql").route == "/sql");
  it.world.tables.hide(*it.world.owner);
  CHECK(sql("/sql", "SELECT * FROM t").status == 503);
  CHECK(sql("/sql", "SELECT 1").status == 200);
}

TEST_CASE("the routes know the tables when they are given them") {
  Site it(kCounts);
  it.world.open("t", 1);
  Metrics metrics;
  StatusBoard board(it.world.clock);
  Routes routes(board, metrics, it.world.clock, "{}", "0.1.0");
  Request request;
  request.target = *parse_target("/tables/t?pretty");
  CHECK(routes.handle(request).status == 404);
  routes.add(it.world.tables, it.world.readers, nullptr);
  CHECK(routes.handle(request).body.find("\"rows\": []") != std::string::npos);
  request.target = *parse_target("/sql?q=SELECT+1");
  CHECK(routes.handle(request).body.find("\"rows\":[[1]]") != std::string::npos);
  request.target = *parse_target("/tables/");
  CHECK(routes.handle(request).route == "/tables");
}

}  // namespace
}  // namespace streamworker::http
