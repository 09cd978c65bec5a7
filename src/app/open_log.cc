#include "app/open_log.h"

#include "base/startup_error.h"
#include "log/embedded/embedded.h"
#include "log/kafka/kafka.h"

namespace streamworker {

std::unique_ptr<Log> open_log(const config::File& file) {
  auto opened = file.kafka.embedded()
                    ? open_embedded(file.state_dir + "/" + file.app + "/log")
                    : kafka::open({file.kafka.brokers, file.kafka.properties, file.kafka.secrets});
  if (!opened) throw StartupError(opened.error().message);
  return std::move(*opened);
}

}  // namespace streamworker
