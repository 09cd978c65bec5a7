#include "unit/log/implementations.h"

#include <cstdlib>

#include "log/embedded/embedded.h"
#include "log/kafka/kafka.h"

namespace streamworker {

std::vector<Implementation> implementations() {
  std::vector<Implementation> all = {{"embedded", open_embedded}};
#ifndef __SANITIZE_THREAD__  // it does not know C11's threads, which librdkafka is made of, and
                             // crashes
  // One thread, and nobody sets the environment.
  if (const char* brokers = std::getenv("KAFKA_BROKERS"))  // NOLINT(concurrency-mt-unsafe)
    all.push_back({"kafka", [brokers](const std::string& /*folder*/) {
                     return kafka::open({brokers, {}, {}});
                   }});
#endif
  return all;
}

}  // namespace streamworker
