#include "log/embedded/embedded_log.h"

#include <charconv>
#include <random>

#include "base/format.h"
#include "log/embedded/consumer.h"
#include "log/embedded/embedded.h"
#include "log/embedded/keys.h"
#include "log/embedded/producer.h"

namespace streamworker::embedded {
namespace {

constexpr int kFormat = 1;

std::string random_hex() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

}  // namespace

Result<void> EmbeddedLog::load() {
  auto stored = database_.get(kFormatKey);
  if (!stored) return stored.error();
  if (!stored->has_value()) return initialize();
  const std::string& text = **stored;
  int format = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), format);
  if (failed != std::errc() || end != text.data() + text.size())
    return stop("the database in " + database_.path() + " is damaged: format " + text);
  if (format != kFormat)
    return stop(
        fmt::format("the log in {} has format {}, and this streamworker knows format {} "
                    "only: start the one that wrote it, or choose another folder",
                    database_.path(), format, kFormat));
  auto incarnation = database_.get(kIncarnationKey);
  if (!incarnation) return incarnation.error();
  incarnation_ = incarnation->value_or("");
  return topics_.load();
}

Result<void> EmbeddedLog::initialize() {
  incarnation_ = random_hex();
  rocks::Batch batch;
  batch.put(kFormatKey, std::to_string(kFormat));
  batch.put(kIncarnationKey, incarnation_);
  return database_.write(batch);
}

Result<std::optional<TopicInfo>> EmbeddedLog::describe(const std::string& topic) {
  return topics_.describe(topic);
}

Result<Watermarks> EmbeddedLog::watermarks(const TopicPartition& of) {
  const Partition* found = topics_.find(of);
  if (found == nullptr) return stop("there is no " + to_string(of));
  const Offset start = found->start;
  return Watermarks{start, found->end};
}

// Records get their offsets when they are committed: there are no open transactions.
Result<Offset> EmbeddedLog::stable_end(const TopicPartition& of) {
  auto marks = watermarks(of);
  if (!marks) return marks.error();
  return marks->end;
}

std::unique_ptr<Consumer> EmbeddedLog::consumer(const ConsumerSettings& settings) {
  return std::make_unique<EmbeddedConsumer>(settings, group(settings.group),
                                            Surroundings{database_, topics_, signals_});
}

std::unique_ptr<Producer> EmbeddedLog::producer(const std::string& transactional_id,
                                                const std::vector<std::string>& followed) {
  return std::make_unique<EmbeddedProducer>(transactional_id, topics_, writer_, followed);
}

std::shared_ptr<Group> EmbeddedLog::group(const std::string& name) {
  const std::lock_guard lock(groups_mutex_);
  auto& group = groups_[name];
  if (!group) group = std::make_shared<Group>();
  return group;
}

}  // namespace streamworker::embedded

namespace streamworker {

Result<std::unique_ptr<Log>> open_embedded(const std::string& folder) {
  auto database = rocks::Database::open(folder, {});
  if (!database) return database.error();
  auto log = std::make_unique<embedded::EmbeddedLog>(std::move(*database));
  if (auto loaded = log->load(); !loaded) return loaded.error();
  return std::unique_ptr<Log>(std::move(log));
}

}  // namespace streamworker
