#include <filesystem>
#include <fstream>

#include "config/endpoints.h"
#include "config/test_file.h"
#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

using namespace std::chrono_literals;

TEST_CASE("a minimal file has the defaults") {
  const File file = parsed(minimal());
  CHECK(file.path == "conf/file.yaml");
  CHECK(file.folder == "conf");
  CHECK(file.app == "a");
  CHECK(file.kafka.brokers == "localhost:9092");
  CHECK_FALSE(file.kafka.replication);
  CHECK_FALSE(file.commit.every);
  CHECK(file.commit.interval == 1s);
  CHECK(file.offset_reset == OffsetReset::Earliest);
  CHECK(file.threads == 1);
  CHECK(file.memory == 1LL << 30);
  CHECK(file.state_dir == "conf/state");
  CHECK(file.http_host == "127.0.0.1");
  CHECK(file.http_port == 6066);
  CHECK(file.log.level == "info");
  CHECK(file.drain == 8s);
  REQUIRE(file.streams.size() == 1);
  CHECK(file.streams[0].topic == "data");
  CHECK(file.streams[0].max_future == 24h);
}

TEST_CASE("every key of the file itself") {
  const File file = parsed(R"yaml(
app: shop.orders-1
kafka:
  brokers: kafka://one:9092, kafka://[::1]:9093,three
  replication: 3
  properties: {security.protocol: ssl, fetch.max.bytes: 1000000}
commit: {every: 1000, interval: 3s}
offset_reset: latest
threads: 4
memory: 512MiB
state: {dir: /var/lib/shop}
http: {listen: "[::1]:0"}
log: {level: warn, format: json, levels: {sink: debug, http: error}}
instance: shop-0
drain: 500ms
streams: {data: {}}
)yaml");
  CHECK(file.app == "shop.orders-1");
  CHECK(file.kafka.brokers == "one:9092,[::1]:9093,three");
  CHECK(file.kafka.replication == 3);
  CHECK(file.kafka.properties.at("fetch.max.bytes") == "1000000");
  CHECK(file.commit.every == 1000);
  CHECK(file.commit.interval == 3s);
  CHECK(file.offset_reset == OffsetReset::Latest);
  CHECK(file.threads == 4);
  CHECK(file.memory == 512LL << 20);
  CHECK(file.state_dir == "/var/lib/shop");
  CHECK(file.http_host == "::1");
  CHECK(file.http_port == 0);
  CHECK(file.log.format == "json");
  CHECK(file.log.levels.at("sink") == "debug");
  CHECK(file.instance == "shop-0");
  CHECK(file.drain == 500ms);
}

TEST_CASE("threads: auto is at least one") {
  CHECK(parsed(minimal() + "threads: auto\n").threads >= 1);
}

TEST_CASE("loopback is 127.0.0.0/8, ::1 and localhost") {
  const auto listen = [](const std::string& address) {
    return said(minimal() + "http: {listen: \"" + address + "\"}\n");
  };
  CHECK(listen("127.1.2.3:80").empty());
  CHECK(listen("localhost:80").empty());
  CHECK(listen("[::1]:80").empty());
  CHECK(contains(listen("127.0.0.1.example.com:80"), "listen on loopback"));
  CHECK(contains(listen("127.0.0.256:80"), "listen on loopback"));
  CHECK(contains(listen("127.0.0:80"), "listen on loopback"));
  CHECK(contains(listen("[::]:80"), "listen on loopback"));
  CHECK(contains(listen(":80"), "expected an address"));
}

TEST_CASE("databases: urls and what stands beside them") {
  const File file = parsed(R"yaml(
app: a
streams: {data: {}}
databases:
  my: {url: mysql://us%40er@db.example.com/shop, password: geheim, tls: true, ca: ca.pem, verify: false}
  port: {url: "mysql://u@[::1]:3307/x"}
  abs: {url: sqlite:///var/x.db}
  rel: {url: sqlite:x.db}
  rel2: {url: sqlite://sub/x.db}
  memory: {url: "sqlite://:memory:"}
)yaml");
  REQUIRE(file.databases.size() == 6);
  const Database& my = file.databases[0];
  CHECK(my.name == "my");
  CHECK(my.scheme == "mysql");
  CHECK(my.user == "us@er");
  CHECK(my.host == "db.example.com");
  CHECK(my.port == 3306);
  CHECK(my.database == "shop");
  CHECK(my.password.reveal() == "geheim");
  CHECK(my.tls);
  CHECK(my.ca == "conf/ca.pem");
  CHECK_FALSE(my.verify);
  CHECK(file.databases[1].host == "::1");
  CHECK(file.databases[1].port == 3307);
  CHECK(file.databases[2].database == "/var/x.db");
  CHECK(file.databases[3].database == "conf/x.db");
  CHECK(file.databases[4].database == "conf/sub/x.db");
  CHECK(file.databases[5].database == ":memory:");
}

TEST_CASE("problems come in the order of the file, with a count") {
  const std::string text =
      said("app: a\ndrain: x\ncommit: {every: 0}\nstreams: {data: {}}\nfoo: 1\n");
  const size_t drain = text.find(":2:8: error: drain:");
  const size_t every = text.find(":3:17: error: commit.every:");
  const size_t foo = text.find(":5:1: error: unknown key \"foo\"");
  CHECK(drain < every);
  CHECK(every < foo);
  CHECK(contains(text, "\n3 errors in conf/file.yaml\n"));
}

TEST_CASE("files that cannot be read") {
  CHECK(contains(said(std::string(1'000'001, '#')), "larger than 1 MB"));
  CHECK_THROWS_AS(parse_file("/no/such/file.yaml"), ConfigError);
  CHECK_THROWS_AS(parse_file("/"), ConfigError);
}

TEST_CASE("aliases are copies") {
  const File file = parsed(R"yaml(
app: a
streams:
  one: {schema: &fields {id: string, price: int}}
  two: {schema: *fields}
)yaml");
  REQUIRE(file.streams.size() == 2);
  CHECK(file.streams[1].schema.size() == 2);
  CHECK(file.streams[1].schema[0].path == "streams.two.schema.id");
}

TEST_CASE("the example files are good") {
  for (const auto& entry : std::filesystem::directory_iterator(CONFIG_FOLDER)) {
    const std::string path = entry.path().string();
    INFO(path);
    if (path.ends_with(".test.yaml"))
      CHECK_NOTHROW(parse_test_file(path));
    else if (path.ends_with(".yaml"))
      CHECK_NOTHROW(parse_file(path));
  }
}

TEST_CASE("where others reach what listens on all addresses") {
  CHECK(address_of("0.0.0.0", 6066, "host-a") == "host-a:6066");
  CHECK(address_of("::", 6066, "host-a") == "host-a:6066");
  CHECK(address_of("127.0.0.1", 6066, "host-a") == "127.0.0.1:6066");
  CHECK(address_of("fd00::1", 6066, "host-a") == "[fd00::1]:6066");
}

TEST_CASE("did_you_mean knows neighbours and stays silent about strangers") {
  CHECK(did_you_mean("databse", {"database", "table"}) == "; did you mean \"database\"?");
  CHECK(did_you_mean("Latest", {"latest"}) == "; did you mean \"latest\"?");
  CHECK(did_you_mean("kye", {"key"}) == "; did you mean \"key\"?");
  CHECK(did_you_mean("colour", {"database", "table"}).empty());
  CHECK(did_you_mean("x", {"y"}).empty());
}

}  // namespace streamworker::config
