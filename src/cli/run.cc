#include "app/worker.h"
#include "cli/commands.h"

namespace streamworker::cli {

int run(const FileOptions& options, std::optional<Duration> limit) {
  const auto signal_came = catch_signals();
  const config::File file = load(options);
  const SystemClock clock;
  const Duration end = limit ? clock.steady() + *limit : Duration::max();
  Supervisor supervisor = Supervisor::from_environment(clock);
  Worker worker(file, clock, supervisor);
  const bool good = worker.run([&] { return signal_came() || clock.steady() >= end; });
  return good ? kDone : kFailed;
}

}  // namespace streamworker::cli
