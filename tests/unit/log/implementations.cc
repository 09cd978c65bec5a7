#include "unit/log/implementations.h"

#include <cstdlib>

#include "log/embedded/embedded.h"
#include "log/kafka/kafka.h"

namespace streamworker {

std::vector<Implementation> implementations() {
  std::vector<Implementation> all = {{"embedded", open_embedded}};
  // One thread, and nobody sets the environment.
  if (const char* brokers = std::getenv("KAFKA_BROKERS"))  // NOLINT(concurrency-mt-unsafe)
    all.push_back({"kafka", [brokers](const std::string& /*folder*/) {
                     return kafka::open({brokers, {}, {}});
                   }});
  return all;
}

}  // namespace streamworker
