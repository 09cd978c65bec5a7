// librdkafka's mock cluster, in this process: a broker that answers with the errors it is told to.
// It knows no admin requests and no transactions' effects, so it shows how calls end, not what
// readers see.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "log/log.h"

namespace streamworker {

// Kafka's numbers of requests.
enum class Request : int16_t {
  Produce = 0,
  Fetch = 1,
  Metadata = 3,
  OffsetFetch = 9,
  FindCoordinator = 10,
  JoinGroup = 11,
  Heartbeat = 12,
  SyncGroup = 14,
  InitProducerId = 22,
  AddPartitionsToTxn = 24,
  AddOffsetsToTxn = 25,
  EndTxn = 26,
  TxnOffsetCommit = 28,
};

class MockCluster {
 public:
  MockCluster();
  ~MockCluster();
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  // The next requests of this kind are answered so, in this order.
  void answer(Request request, const std::vector<rd_kafka_resp_err_t>& errors);
  void topic(const std::string& name, int partitions);
  void set_up(bool up);
  // Our log on it.
  std::unique_ptr<Log> open() const;

 private:
  rd_kafka_t* owner_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace streamworker
