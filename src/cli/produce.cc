// Fills a stream's topic from a file or from the stream's sample.
#include <thread>

#include "app/open_log.h"
#include "app/topics.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "config/all_streams.h"
#include "config/problems.h"
#include "source/feeder.h"

namespace streamworker::cli {

namespace {

using Input = std::variant<config::Generate, config::FromFile>;

constexpr Duration kRetry = std::chrono::milliseconds(500);
constexpr Duration kLook = std::chrono::milliseconds(100);  // for a signal

const config::Stream& stream_of(const config::File& file, const std::string& name) {
  std::vector<std::string> known;
  for (const config::Stream* stream : config::all_streams(file)) {
    if (stream->name == name) return *stream;
    known.push_back(stream->name);
  }
  throw config::ConfigError(file.path, {{{},
                                         "streams",
                                         "no stream or table of a topic is called " + name +
                                             config::did_you_mean(name, known)}});
}

Input input_of(const config::File& file, const config::Stream& stream,
               const ProduceOptions& wanted) {
  if (!wanted.input.empty()) return config::FromFile{wanted.input, wanted.follow, {}};
  if (!stream.sample)
    throw config::ConfigError(
        file.path, {{stream.at, stream.path, "it has no `sample`: name a file to read from"}});
  Input input = *stream.sample;
  if (auto* from = std::get_if<config::FromFile>(&input)) from->follow = wanted.follow;
  return input;
}

// What is left to do, when that is known.
std::optional<int64_t> total_of(const Input& input, const ProduceOptions& wanted) {
  const auto* generate = std::get_if<config::Generate>(&input);
  if (generate != nullptr && generate->count && wanted.count)
    return std::min(*generate->count, *wanted.count);
  return wanted.count || generate == nullptr ? wanted.count : generate->count;
}

FeederSettings settings_of(const config::File& file, const Input& input,
                           const ProduceOptions& wanted) {
  FeederSettings settings;
  if (file.kafka.embedded()) settings.group = file.app + "-produce";
  if (const auto* generate = std::get_if<config::Generate>(&input)) settings.rate = generate->rate;
  if (wanted.rate) settings.rate = *wanted.rate;
  if (wanted.sleep) settings.rate = 1e6 / static_cast<double>(wanted.sleep->count());
  settings.count = wanted.count;
  return settings;
}

int32_t partitions_of(Log& log, const config::File& file, const config::Stream& stream) {
  Plan plan;
  plan.stages.push_back({stream.name, stream.topic, &stream, {}, config::OnError::Skip, false, {}});
  auto topics = prepare_topics(log, file, plan);
  if (!topics) throw std::runtime_error(topics.error().message);
  return topics->at(stream.topic).partitions;
}

}  // namespace

int produce(const FileOptions& options, const ProduceOptions& wanted) {
  const auto signal_came = catch_signals();
  const config::File file = load(options);
  const config::Stream& stream = stream_of(file, wanted.stream);
  const Input input = input_of(file, stream, wanted);
  const SystemClock clock;
  const auto log = open_log(file);
  Feeder feeder(*log, stream, partitions_of(*log, file, stream), open_source(stream, input, clock),
                settings_of(file, input, wanted), clock);
  Progress progress(stream.topic, total_of(input, wanted), clock);
  while (!signal_came()) {
    auto step = feeder.step();
    Duration wait = kRetry;
    if (step) {
      if (step->finished) break;
      wait = step->wait;
    } else if (step.error().remedy == Remedy::Retry) {
      log::warn("source", "{}", step.error().message);
    } else {
      throw std::runtime_error(step.error().message);
    }
    progress.show(feeder.records());
    std::this_thread::sleep_for(std::min(wait, kLook));  // the pace that was asked for
  }
  progress.finish(feeder.records());
  return kDone;
}

}  // namespace streamworker::cli
