// Two workers, each with a server of its own, and rows of the other one.
#include "http/forwarding.h"

#include "http/routes.h"
#include "http/server.h"
#include "record/murmur2.h"
#include "unit/catch.h"
#include "unit/http/client.h"
#include "unit/query/world.h"

namespace streamworker::http {
namespace {

const char* const kTable =
    "  t: {from: a, key: id, columns: {n: count(*)}}\n"
    "http: {routes: {\"/own/{id}\": {table: t, key: \"{id}\", select: {n: n}}}}\n";

class Node {
 public:
  Node(const std::string& name, query::Owners& owners)
      : world_(kTable), others_(owners, name, Secret("s3cret"), world_.clock) {
    routes_.add(world_.tables, world_.readers, &others_);
    routes_.add(world_.plan.routes,
                {world_.tables, world_.readers, &others_, world_.file, world_.clock});
    server_.set_lanes(
        {routes_.lanes(), [this](const Request& request) { return routes_.lane_of(request); }});
    server_.set_token(Secret("s3cret"));
    REQUIRE(server_.start());
  }
  // Has both partitions, with a row of this key.
  void open(const std::string& key) {
    world_.open("t", 2);
    world_.add("t", {Value::of_string(key), Value::of_int(7)});
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  // The status line and the body.
  std::string get(const std::string& path, const std::string& more = "") const {
    Client client(server_.port());
    client.send_text("GET " + path +
                     " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer s3cret\r\n" + more +
                     "\r\n");
    const std::string all = client.read_response();
    return all.substr(9, 3) + " " + all.substr(all.find("\r\n\r\n") + 4);
  }

 private:
  query::World world_;
  Metrics metrics_;
  StatusBoard board_{world_.clock};
  Forwarding others_;
  Routes routes_{board_, metrics_, world_.clock, "{}", "0.1.0"};
  HttpServer server_{"127.0.0.1", 0, metrics_, world_.clock,
                     [this](const Request& request) { return routes_.handle(request); }};
};

WorkerEntry all_of(const Node& node) { return {node.address(), {{"t", {2, {0, 1}}}}}; }

struct Two {
  ManualClock clock{WallTime(std::chrono::seconds(1000))};
  query::Owners owners{clock};
  Node spare{"spare", owners};
  Node owner{"owner", owners};
};

TEST_CASE("the owner's answer comes back") {
  Two it;
  it.owner.open("a+ b/%");
  it.owners.heard("owner", all_of(it.owner));
  CHECK(it.spare.get("/tables/t/a%2B%20b%2F%25") == R"(200 {"key":"a+ b/%","value":{"n":1}})");
  CHECK(it.spare.get("/tables/t?key=a%2B+b/%25") == R"(200 {"key":"a+ b/%","value":{"n":1}})");
  CHECK(it.spare.get("/own/a%2B%20b%2F%25") == R"(200 {"n":1})");
  CHECK(it.spare.get("/tables/t/other").substr(0, 3) == "404");
}

TEST_CASE("what nobody has, or who has it does not say, is 503") {
  Two it;
  CHECK(it.spare.get("/tables/t/a").substr(0, 3) == "503");
  it.owners.heard("owner", all_of(it.owner));  // but it has nothing
  CHECK(it.spare.get("/tables/t/a").substr(0, 3) == "503");
  CHECK(it.spare.get("/own/a").substr(0, 3) == "503");
  it.owners.heard("owner", {"127.0.0.1:1", {{"t", {2, {0, 1}}}}});
  const std::string nobody = it.spare.get("/tables/t/a");
  CHECK(nobody.find("the row is worker owner's: nobody answers at 127.0.0.1:1") !=
        std::string::npos);
  CHECK(it.spare.get("/tables/t/a").find("nobody answered at 127.0.0.1:1 a moment ago") !=
        std::string::npos);
}

TEST_CASE("nobody passes on what was passed on, nor takes what was meant for another worker") {
  Two it;
  it.owner.open("a");
  it.owners.heard("owner", all_of(it.owner));
  CHECK(it.spare.get("/tables/t/a", "X-Streamworker-Worker: spare\r\n").substr(0, 3) == "503");
  CHECK(it.owner.get("/tables/t/a", "X-Streamworker-Worker: owner\r\n").substr(0, 3) == "200");
  CHECK(it.owner.get("/tables/t/a", "X-Streamworker-Worker: spare\r\n")
            .find("worker spare was meant, and this is owner") != std::string::npos);
}

TEST_CASE("the list of workers") {
  Two it;
  it.owners.heard("owner", {"h:1", {{"t", {2, {0, 1}}}}});
  CHECK(it.spare.get("/workers") ==
        R"(200 {"workers":[{"worker":"owner","address":"h:1","silent_seconds":0,)"
        R"("tables":[{"name":"t","partitions":{"here":[0,1],"of":2}}]}]})");
}

}  // namespace
}  // namespace streamworker::http
