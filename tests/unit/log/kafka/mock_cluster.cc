#include "unit/log/kafka/mock_cluster.h"

#include <array>
#include <stdexcept>

#include "log/kafka/kafka.h"

namespace streamworker {

MockCluster::MockCluster() {
  std::array<char, 256> why{};
  owner_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why.data(), why.size());
  if (owner_ == nullptr) throw std::runtime_error(why.data());
  cluster_ = rd_kafka_mock_cluster_new(owner_, 1);
  if (cluster_ == nullptr) throw std::runtime_error("no mock cluster");
}

MockCluster::~MockCluster() {
  rd_kafka_mock_cluster_destroy(cluster_);
  rd_kafka_destroy(owner_);
}

void MockCluster::answer(Request request, const std::vector<rd_kafka_resp_err_t>& errors) {
  rd_kafka_mock_push_request_errors_array(cluster_, static_cast<int16_t>(request), errors.size(),
                                          errors.data());
}

void MockCluster::topic(const std::string& name, int partitions) {
  if (rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1) != 0)
    throw std::runtime_error("no mock topic " + name);
}

void MockCluster::set_up(bool up) {
  if ((up ? rd_kafka_mock_broker_set_up(cluster_, 1)
          : rd_kafka_mock_broker_set_down(cluster_, 1)) != 0)
    throw std::runtime_error("no mock broker");
}

// The mock cluster lets nobody join within 3 s, and rebalances for a session timeout.
std::unique_ptr<Log> MockCluster::open() const {
  auto opened = kafka::open({rd_kafka_mock_cluster_bootstraps(cluster_),
                             {{"session.timeout.ms", "3500"},
                              {"heartbeat.interval.ms", "200"},
                              {"retry.backoff.ms", "20"},
                              {"fetch.error.backoff.ms", "20"}},
                             {}});
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

}  // namespace streamworker
