// What changes while a member runs: limits of batches, commits, pauses.
#include "runtime/live_settings.h"

#include "base/format.h"
#include "unit/catch.h"
#include "unit/runtime/harness.h"

namespace streamworker {
namespace {

using std::chrono::seconds;
using Rows = std::vector<std::string>;

const std::string kStream = R"(
streams:
  data:
    partitions: 1
    schema: {id: string, n: int}
)";

const std::string kStore = kStream + R"(
pipelines:
  store:
    from: data
    batch: {size: 15, window: 30s}
    sink: {database: db, table: T, upsert: [id], create: true}
)";

const std::string kCopy = "  copy: {from: data, sink: {topic: out}}\n";
const std::string kMore =
    "  more: {from: data, batch: {window: 1s}, sink: {database: db, table: M, upsert: [id], "
    "create: true}}\n";

void produce(Harness& worker, int first, int last) {
  for (int i = first; i <= last; ++i) {
    const std::string n = std::to_string(i);
    worker.produce("data", 0, "k", fmt::format(R"({{"id":"{}","n":{}}})", n, n));
  }
  worker.settle();
}

Rows count(Harness& worker, const std::string& table = "T") {
  return worker.rows("SELECT count(*) FROM " + table);
}

Rows position(Harness& worker, const std::string& sink = "store/T") {
  return worker.rows("SELECT next_offset FROM streamworker_offsets WHERE sink = '" + sink + "'");
}

void change(Harness& worker, const std::string& pipeline, const PipelineSettings& settings) {
  LiveSettings next = *worker.live->get();
  next.pipelines[pipeline] = settings;
  worker.live->set(std::move(next));
  worker.settle();
}

TaskStatus status(const Harness& worker) {
  return worker.board().members().begin()->second.tasks.at(0);
}

const PipelineSettings kAsInFile{{15, seconds(30)}, false};
const PipelineSettings kPaused{{15, seconds(30)}, true};

TEST_CASE("an open batch obeys a smaller size at once") {
  Harness worker(kStore);
  worker.settle();
  produce(worker, 1, 5);
  change(worker, "store", {{6, seconds(30)}, false});
  CHECK(count(worker) == Rows{"0"});
  change(worker, "store", {{5, seconds(30)}, false});
  CHECK(count(worker) == Rows{"5"});
}

TEST_CASE("an open batch obeys a shorter window at once, and a longer one") {
  Harness worker(kStore);
  worker.settle();
  produce(worker, 1, 3);
  worker.advance(seconds(5));
  change(worker, "store", {{15, seconds(4)}, false});
  CHECK(count(worker) == Rows{"3"});
  produce(worker, 4, 6);
  change(worker, "store", {{15, seconds(60)}, false});
  worker.advance(seconds(59));
  CHECK(count(worker) == Rows{"3"});
  worker.advance(seconds(1));
  CHECK(count(worker) == Rows{"6"});
}

TEST_CASE("a file's batch obeys too") {
  Harness worker(kStream +
                 "pipelines:\n  keep: {from: data, batch: {size: 100, window: 30s}, sink: {file: "
                 "kept.jsonl}}\n");
  worker.settle();
  produce(worker, 1, 3);
  CHECK(worker.counter("sink_rows_total", {{"pipeline", "keep"}}) == 0);
  change(worker, "keep", {{3, seconds(30)}, false});
  CHECK(worker.counter("sink_rows_total", {{"pipeline", "keep"}}) == 3);
}

TEST_CASE("the next commit obeys a new number of records") {
  Harness worker("commit: {every: 10, interval: 5s}" + kStream + "pipelines:\n" + kCopy);
  worker.settle();
  for (int i = 1; i <= 25; ++i) worker.produce("data", 0, "k", R"({"id":"a","n":1})");
  while (worker.committed("data", 0).value_or(0) < 10) worker.step();
  LiveSettings next = *worker.live->get();
  next.commit.every = 4;
  worker.live->set(std::move(next));
  while (worker.committed("data", 0) == 10) worker.step();
  CHECK(worker.committed("data", 0) == 14);
}

TEST_CASE("a paused pipeline keeps its position, and the others go on") {
  Harness worker(kStore + kCopy + kMore);
  worker.settle();
  produce(worker, 1, 15);
  produce(worker, 16, 18);  // in an open batch when the pause comes
  change(worker, "store", kPaused);
  produce(worker, 19, 40);
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"15"});
  CHECK(position(worker) == Rows{"15"});
  CHECK(count(worker, "M") == Rows{"40"});
  CHECK(worker.topic("out").size() == 40);
  CHECK(worker.stream->tasks().front()->durable() == 15);
  CHECK(worker.stream->tasks().front()->paused_pipelines() == Rows{"store"});
  CHECK_FALSE(worker.stream->tasks().front()->paused());
  worker.advance(seconds(1));  // a status is published now and then
  CHECK_FALSE(status(worker).waits);
  CHECK(status(worker).written.value_or(-1) == 40);  // of what goes on: no stall
  CHECK(worker.board().reasons().empty());

  change(worker, "store", kAsInFile);
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"40"});
  CHECK(position(worker) == Rows{"40"});
  CHECK(count(worker, "M") == Rows{"40"});
  CHECK(worker.topic("out").size() == 40);
  CHECK(worker.counter("sink_rows_total", {{"pipeline", "more"}}) == 40);
}

TEST_CASE("where nothing else is written, a pause stops the reading") {
  Harness worker(kStore);
  worker.settle();
  produce(worker, 1, 15);
  change(worker, "store", kPaused);
  produce(worker, 16, 40);
  worker.advance(seconds(31));
  CHECK(worker.counter("records_consumed_total", {{"stream", "data"}}) == 15);
  CHECK(worker.stream->tasks().front()->paused());
  CHECK(worker.stream->tasks().front()->waits_for() == "pipeline store is paused");
  CHECK(status(worker).state == "paused");
  CHECK(status(worker).waits);  // for a person, which is no stall
  CHECK(worker.board().reasons().empty());
  change(worker, "store", kAsInFile);
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"40"});
  CHECK(worker.counter("records_consumed_total", {{"stream", "data"}}) == 40);
}

TEST_CASE("two pipelines of one task are paused and go on one after the other") {
  Harness worker(kStore + kMore);
  worker.settle();
  produce(worker, 1, 15);
  change(worker, "store", kPaused);
  produce(worker, 16, 30);
  worker.advance(seconds(2));
  change(worker, "more", {{1000, seconds(1)}, true});
  produce(worker, 31, 45);
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"15"});
  CHECK(count(worker, "M") == Rows{"30"});
  change(worker, "more", {{1000, seconds(1)}, false});
  worker.advance(seconds(2));
  CHECK(count(worker, "M") == Rows{"45"});
  CHECK(count(worker) == Rows{"15"});
  change(worker, "store", kAsInFile);
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"45"});
  CHECK(worker.counter("sink_rows_total", {{"pipeline", "more"}}) == 45);
}

std::string paused(std::string yaml) {
  return yaml.insert(yaml.find("    batch:"), "    paused: true\n");
}

TEST_CASE("a pause holds over restarts and crashes") {
  Harness worker(kStore + kCopy);
  worker.settle();
  produce(worker, 1, 15);
  worker.restart(paused(kStore + kCopy));
  worker.settle();
  produce(worker, 16, 20);
  worker.restart("", true);
  worker.settle();
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"15"});
  CHECK(worker.topic("out").size() == 20);
  worker.restart(kStore + kCopy);
  worker.settle();
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"20"});
  CHECK(worker.topic("out").size() == 20);
}

TEST_CASE("a new pipeline that begins paused starts where it would have without") {
  Harness worker("offset_reset: latest\n" + paused(kStore));
  worker.settle();
  produce(worker, 1, 5);
  CHECK(position(worker) == Rows{"0"});
  worker.restart("offset_reset: latest\n" + kStore);
  worker.settle();
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"5"});
}

TEST_CASE("a stop while paused is a clean one") {
  Harness worker(kStore);
  worker.settle();
  produce(worker, 1, 4);
  change(worker, "store", kPaused);
  worker.restart();
  CHECK(count(worker) == Rows{"0"});
  worker.settle();
  worker.advance(seconds(31));
  CHECK(count(worker) == Rows{"4"});
}

}  // namespace
}  // namespace streamworker
