// Errors of the broker, injected: how each call of our log ends, that what the table calls `start
// again` is mended by a new producer, and that a reader gets every record once whatever happened.
#include <algorithm>

#include "unit/catch.h"
#include "unit/log/fixture.h"
#include "unit/log/kafka/mock_cluster.h"
#include "unit/log/kafka/reader.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

enum class Ends { Well, Retry, Stop };

struct Case {
  Request request;
  rd_kafka_resp_err_t code;
  Ends ends;
};

Ends ending(const Result<void>& done) {
  if (done) return Ends::Well;
  return done.error().remedy == Remedy::Stop ? Ends::Stop : Ends::Retry;
}

std::unique_ptr<Consumer> consumer_of(Log& log, const std::string& group) {
  ConsumerSettings settings;
  settings.group = group;
  settings.client_id = group;
  return log.consumer(settings);
}

// A producer's whole life: it starts, writes, commits offsets.
Result<void> transaction(Log& log, const std::string& topic) {
  auto producer = log.producer("mock-0");
  if (auto started = producer->start(); !started) return started;
  const OutRecord one = record(0, "value");
  if (auto done = producer->produce(topic, std::span(&one, 1)); !done) return done;
  auto consumer = consumer_of(log, "mock");
  return producer->commit({{{topic, 0}, 1, "metadata"}}, *consumer->group());
}

// Those of FACTS 5 where they can occur, and the ones that a person must see.
const std::vector<Case> kWriting = {
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, Ends::Well},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, Ends::Well},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Ends::Well},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Ends::Well},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, Ends::Well},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR__TRANSPORT, Ends::Well},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, Ends::Retry},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Ends::Retry},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, Ends::Stop},
    {Request::InitProducerId, RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, Ends::Stop},
    {Request::FindCoordinator, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Ends::Well},
    {Request::Produce, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, Ends::Well},
    {Request::Produce, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, Ends::Well},
    {Request::Produce, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, Ends::Well},
    {Request::Produce, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, Ends::Well},
    {Request::Produce, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, Ends::Well},
    {Request::Produce, RD_KAFKA_RESP_ERR__TRANSPORT, Ends::Well},
    {Request::Produce, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, Ends::Retry},
    {Request::Produce, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, Ends::Retry},
    {Request::Produce, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, Ends::Retry},
    {Request::Produce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Ends::Stop},
    {Request::Produce, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Ends::Stop},
    {Request::Produce, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, Ends::Stop},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, Ends::Well},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Ends::Well},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Ends::Well},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, Ends::Well},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, Ends::Retry},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, Ends::Retry},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Ends::Retry},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, Ends::Retry},
    {Request::AddPartitionsToTxn, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
     Ends::Stop},
    {Request::AddOffsetsToTxn, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Ends::Well},
    {Request::AddOffsetsToTxn, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Ends::Well},
    {Request::AddOffsetsToTxn, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, Ends::Well},
    {Request::AddOffsetsToTxn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Ends::Retry},
    {Request::AddOffsetsToTxn, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, Ends::Stop},
    {Request::TxnOffsetCommit, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, Ends::Well},
    {Request::TxnOffsetCommit, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Ends::Well},
    {Request::TxnOffsetCommit, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Ends::Well},
    {Request::TxnOffsetCommit, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, Ends::Well},
    {Request::TxnOffsetCommit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, Ends::Retry},
    {Request::TxnOffsetCommit, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, Ends::Retry},
    {Request::TxnOffsetCommit, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, Ends::Retry},
    {Request::TxnOffsetCommit, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, Ends::Retry},
    {Request::EndTxn, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Ends::Well},
    {Request::EndTxn, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Ends::Well},
    {Request::EndTxn, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, Ends::Well},
    {Request::EndTxn, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, Ends::Retry},
    {Request::EndTxn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, Ends::Retry},
    {Request::EndTxn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Ends::Retry},
};

TEST_CASE("each error of writing ends as its class says, and a new producer goes on") {
  MockCluster mock;
  mock.topic("out", 1);
  auto log = mock.open();
  for (const Case& one : kWriting) {
    INFO("request " << static_cast<int>(one.request) << ", " << rd_kafka_err2name(one.code));
    mock.answer(one.request, {one.code});
    const auto first = transaction(*log, "out");
    INFO((first ? "no error" : first.error().message));
    CHECK(ending(first) == one.ends);
    // Errors that were not asked for stay in the mock: what is left of this one must not matter.
    Result<void> next = transaction(*log, "out");
    for (int i = 0; i < 3 && !next; ++i) next = transaction(*log, "out");
    INFO((next ? "no error" : next.error().message));
    CHECK(next.has_value());
  }
}

TEST_CASE("a reader gets each record once, whatever the brokers answer meanwhile") {
  MockCluster mock;
  mock.topic("in", 1);
  auto log = mock.open();
  mock.answer(Request::FindCoordinator,
              {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT});
  mock.answer(Request::JoinGroup,
              {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
               RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID});
  mock.answer(Request::SyncGroup, {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS});
  put(*log, "in", 0, 100);
  Reader reader(*log, "in");
  reader.read(100);

  const std::vector<rd_kafka_resp_err_t> of_fetching = {
      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,    RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
      RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,    RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
      RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,      RD_KAFKA_RESP_ERR__TRANSPORT};
  for (size_t i = 0; i < of_fetching.size(); ++i) {
    mock.answer(Request::Fetch, {of_fetching[i], of_fetching[i]});
    const int from = 100 + static_cast<int>(i) * 10;
    put(*log, "in", from, from + 10);
    reader.read(static_cast<size_t>(from) + 10);
  }
  CHECK(reader.values == numbers(180));
  CHECK(reader.assignments == 1);

  // Thrown out of the group: it comes back and goes on where it was.
  for (const auto code : {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                          RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}) {
    const int before = reader.assignments;
    mock.answer(Request::Heartbeat, {code});
    eventually([&] {
      require(reader.step());
      return reader.assignments > before;
    });
  }
  put(*log, "in", 180, 200);
  reader.read(200);
  CHECK(reader.values == numbers(200));
}

TEST_CASE("a member that is called fenced joins again, once: a second time it has a rival") {
  MockCluster mock;
  mock.topic("in", 1);
  auto log = mock.open();
  put(*log, "in", 0, 100);
  Reader reader(*log, "in");
  reader.read(100);
  mock.answer(Request::Heartbeat, {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID});
  eventually([&] {
    require(reader.step());
    return reader.assignments == 2;
  });
  CHECK(reader.lost == 1);
  put(*log, "in", 100, 120);
  reader.read(120);
  CHECK(reader.values == numbers(120));

  mock.answer(Request::Heartbeat, {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID});
  Result<void> outcome;
  eventually([&] {
    outcome = reader.step();
    return !outcome;
  });
  CHECK(outcome.error().remedy == Remedy::Stop);
  CHECK(outcome.error().message.find("another worker runs under the same `instance`") !=
        std::string::npos);
}

TEST_CASE("a fetch knows nothing of the errors of the one before") {
  MockCluster mock;
  mock.topic("in", 1);
  auto log = mock.open();
  put(*log, "in", 0, 10);
  auto consumer = consumer_of(*log, "lonely");
  mock.answer(Request::Fetch, {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE});
  require(consumer->fetch({{{"in", 0}, 0}}));
  for (int i = 0; i < 3; ++i)
    consumer->wait(seconds(1));  // it is there by then, and nobody takes it
  require(consumer->fetch({}));
  require(consumer->fetch({{{"in", 0}, 5}}));
  std::vector<std::string> values;
  eventually([&] {
    const auto taken = consumer->take(0, 10);
    if (!taken) require(taken.error());
    for (const Message& message : *taken) values.push_back(std::string(*message.value));
    consumer->wait(milliseconds(50));
    return values.size() >= 5;
  });
  CHECK(values == std::vector<std::string>{"5", "6", "7", "8", "9"});
}

TEST_CASE("the group's offsets are told when another broker has become its coordinator") {
  MockCluster mock;
  mock.topic("in", 1);
  auto log = mock.open();
  auto consumer = consumer_of(*log, "moved");
  eventually([&] { return consumer->committed({{"in", 0}}).has_value(); });
  mock.answer(Request::OffsetFetch, {RD_KAFKA_RESP_ERR_NOT_COORDINATOR});
  const auto told = consumer->committed({{"in", 0}});
  REQUIRE(told.has_value());
  CHECK(told->size() == 1);
}

TEST_CASE("errors of fetching that a person must see") {
  for (const auto code :
       {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED}) {
    INFO(rd_kafka_err2name(code));
    MockCluster mock;
    mock.topic("in", 1);
    auto log = mock.open();
    auto consumer = consumer_of(*log, "lonely");
    mock.answer(Request::Fetch, std::vector<rd_kafka_resp_err_t>(20, code));
    require(consumer->fetch({{{"in", 0}, 0}}));
    Result<void> outcome;
    eventually([&] {
      auto taken = consumer->take(0, 10);
      if (!taken) outcome = taken.error();
      consumer->wait(milliseconds(50));
      return !outcome;
    });
    CHECK(outcome.error().remedy == Remedy::Stop);
    INFO(outcome.error().message);
    CHECK(outcome.error().message.find("in[0]: fetching at position 0: ") == 0);
    CHECK(outcome.error().message.find("; ") != std::string::npos);
  }
}

}  // namespace
}  // namespace streamworker
