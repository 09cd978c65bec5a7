// Feeding into the embedded log: exactly once, at a rate, by key.
#include "source/feeder.h"

#include "log/embedded/embedded.h"
#include "record/murmur2.h"
#include "unit/catch.h"
#include "unit/source/files.h"

namespace streamworker {
namespace {

class Nobody final : public RebalanceListener {
 public:
  void on_assigned(const std::vector<TopicPartition>&) override {}
  void on_revoked(const std::vector<TopicPartition>&, bool) override {}
};

struct Bench {
  Bench() {
    stream.name = "data";
    stream.topic = "data";
    stream.schema = {stream_field("id", {Type::String}), stream_field("n", {Type::Int})};
    generate.count = 10;
    generate.fields = {column("id", "'k' || (n % 4)"), column("n", "n * 1")};
    reopen();
  }
  static config::Column column(const std::string& name, const std::string& expression) {
    config::Column made;
    made.name = name;
    made.expression.value = expression;
    return made;
  }
  void reopen() {
    log.reset();
    auto opened = open_embedded(folder.file("log"));
    REQUIRE(opened);
    log = std::move(*opened);
    NewTopic topic;
    topic.name = "data";
    topic.partitions = 3;
    REQUIRE(log->create(topic));
  }
  std::unique_ptr<Feeder> feeder(FeederSettings settings) {
    return std::make_unique<Feeder>(*log, stream, 3, open_source(stream, generate, clock), settings,
                                    clock);
  }
  // "partition key value", by partition.
  std::vector<std::string> topic() {
    auto consumer = log->consumer({"reader", "reader", ""});
    std::vector<Position> positions;
    for (int32_t p = 0; p < 3; ++p) positions.push_back({{"data", p}, 0});
    REQUIRE(consumer->fetch(positions));
    std::vector<std::string> all;
    for (size_t p = 0; p < 3; ++p) {
      const auto messages = consumer->take(p, 1000);
      REQUIRE(messages);
      for (const Message& message : *messages)
        all.push_back(std::to_string(p) + " " + std::string(message.key.value_or("-")) + " " +
                      std::string(message.value.value_or("-")));
    }
    return all;
  }

  Folder folder;
  ManualClock clock{std::chrono::sys_days(std::chrono::year(2026) / 1 / 31)};
  config::Stream stream;
  config::Generate generate;
  std::unique_ptr<Log> log;
};

FeederSettings in_group(size_t batch = 1000) {
  FeederSettings settings;
  settings.group = "app-feeder";
  settings.batch = batch;
  return settings;
}

config::Text text(const std::string& value) { return {value, {}, {}}; }

}  // namespace

TEST_CASE("feeder: everything once, and then it is finished") {
  Bench bench;
  auto feeder = bench.feeder(in_group(4));
  CHECK(feeder->finite());
  int steps = 0;
  for (bool finished = false; !finished; ++steps) {
    const auto step = feeder->step();
    REQUIRE(step);
    REQUIRE(steps < 10);
    finished = step->finished;
  }
  CHECK(feeder->records() == 10);
  CHECK(bench.topic().size() == 10);
}

TEST_CASE("feeder: goes on where the last commit was, in another process too") {
  Bench bench;
  for (int round = 0; round < 5; ++round) {
    {
      auto feeder = bench.feeder(in_group(3));
      REQUIRE(feeder->step());
    }
    bench.reopen();
  }
  auto records = bench.topic();
  CHECK(records.size() == 10);
  std::sort(records.begin(), records.end());
  CHECK(std::unique(records.begin(), records.end()) == records.end());
  CHECK(bench.feeder(in_group())->step()->finished);
}

TEST_CASE("feeder: the partition is the key's") {
  Bench bench;
  bench.stream.key = {text("id")};
  REQUIRE(bench.feeder(in_group())->step());
  for (const std::string& record : bench.topic()) {
    const std::string key = record.substr(2, 2);
    CHECK(record.substr(0, 1) == std::to_string(java_partition(key, 3)));
    CHECK(record.find("\"id\":\"" + key + "\"") != std::string::npos);
  }
}

TEST_CASE("feeder: as the stream's producers choose partitions") {
  Bench bench;
  bench.stream.key = {text("id"), text("n")};
  bench.stream.partitioner = config::Partitioner::Crc32;
  REQUIRE(bench.feeder(in_group())->step());
  const auto records = bench.topic();
  REQUIRE(records.size() == 10);
  for (const std::string& record : records) {
    const std::string key = record.substr(2, record.find(" {") - 2);
    CHECK(key.starts_with("[\"k"));
    CHECK(record.substr(0, 1) == std::to_string(crc32_partition(key, 3)));
  }
}

TEST_CASE("feeder: records without key go round") {
  Bench bench;
  REQUIRE(bench.feeder(in_group())->step());
  int counts[3] = {};
  for (const std::string& record : bench.topic()) {
    CHECK(record.substr(2, 2) == "- ");
    ++counts[record[0] - '0'];
  }
  CHECK(counts[0] == 4);
  CHECK(counts[1] == 3);
  CHECK(counts[2] == 3);
}

TEST_CASE("feeder: a value that cannot be decoded is fed all the same") {
  Bench bench;
  bench.stream.key = {text("id")};
  config::FromFile file;
  file.path = bench.folder.write("a.jsonl", "{\"id\": 1}\nnonsense\n{\"id\":\"x\",\"n\":1}\n");
  Feeder feeder(*bench.log, bench.stream, 3, open_source(bench.stream, file, bench.clock),
                in_group(), bench.clock);
  REQUIRE(feeder.step());
  CHECK(bench.topic().size() == 3);
}

TEST_CASE("feeder: at a rate, on the clock") {
  Bench bench;
  FeederSettings settings = in_group();
  settings.rate = 2;
  auto feeder = bench.feeder(settings);
  auto step = feeder->step();
  REQUIRE(step);
  CHECK(step->records == 1);
  CHECK(step->wait == std::chrono::milliseconds(500));
  bench.clock.advance(std::chrono::milliseconds(499));
  CHECK(feeder->step()->records == 0);
  bench.clock.advance(std::chrono::milliseconds(1));
  CHECK(feeder->step()->records == 1);
  bench.clock.advance(std::chrono::seconds(2));
  CHECK(feeder->step()->records == 4);
  bench.clock.advance(std::chrono::seconds(60));
  step = feeder->step();
  CHECK(step->records == 4);
  CHECK(step->finished);
}

TEST_CASE("feeder: a count, and no group") {
  Bench bench;
  FeederSettings settings;
  settings.count = 7;
  auto feeder = bench.feeder(settings);
  const auto step = feeder->step();
  REQUIRE(step);
  CHECK(step->records == 7);
  CHECK(step->finished);
  CHECK(bench.topic().size() == 7);
  CHECK(bench.feeder(settings)->step()->records == 7);
  CHECK(bench.topic().size() == 14);
}

TEST_CASE("feeder: nothing to read now is not the end") {
  Bench bench;
  config::FromFile file;
  file.path = bench.folder.write("a.jsonl", "1\n");
  file.follow = true;
  Feeder feeder(*bench.log, bench.stream, 3, open_source(bench.stream, file, bench.clock),
                in_group(), bench.clock);
  CHECK_FALSE(feeder.finite());
  auto step = feeder.step();
  REQUIRE(step);
  CHECK(step->records == 1);
  step = feeder.step();
  CHECK_FALSE(step->finished);
  CHECK(step->wait > Duration(0));
  bench.folder.append("a.jsonl", "2\n");
  CHECK(feeder.step()->records == 1);
}

TEST_CASE("feeder: an error says which stream") {
  Bench bench;
  bench.generate.fields.push_back(Bench::column("bad", "'{' ->> '$.a'"));
  const auto step = bench.feeder(in_group())->step();
  REQUIRE_FALSE(step);
  CHECK(step.error().message == "feeding data: record 0: bad: malformed JSON");
  CHECK(bench.topic().empty());
}

}  // namespace streamworker
