#include "app/live.h"

#include "base/log.h"
#include "config/find_database.h"
#include "config/log_settings.h"

namespace streamworker {

namespace {

constexpr Duration kPatience = std::chrono::seconds(5);  // with a database that does not answer
constexpr Duration kLook = std::chrono::milliseconds(100);

std::set<std::string> paused_of(const config::File& file) {
  std::set<std::string> names;
  for (const config::Pipeline& pipeline : file.pipelines)
    if (pipeline.paused.value_or(false)) names.insert(pipeline.name);
  return names;
}

}  // namespace

Live::Live(const config::File& file, const Clock& clock, StatusBoard& board)
    : file_(file),
      clock_(clock),
      board_(board),
      shared_(std::make_shared<SharedSettings>(live_settings(file))) {
  board_.set_paused(paused_of(file));
  SettingsStatus status;
  status.settings = LiveValues(file).status();
  board_.publish_settings(std::move(status));
}

void Live::start() {
  if (!file_.settings) return;
  const auto* const spec = config::find_database(file_, file_.settings->database.value);
  poller_ = std::make_unique<SettingsPoller>(file_, sink::open_session(*spec), clock_, board_,
                                             [this](const config::File& file) { apply(file); });
  poller_->start();
}

void Live::wait_for_first(const std::function<bool()>& stop_asked) {
  if (!poller_) return;
  const Duration until = clock_.steady() + kPatience;
  while (!poller_->wait_for_first(kLook))
    if (stop_asked() || clock_.steady() >= until) return;
}

void Live::on_change(std::function<void(const config::File&)> told) {
  const std::lock_guard lock(mutex_);
  told_.push_back(std::move(told));
}

void Live::apply(const config::File& file) {
  shared_->set(live_settings(file));
  board_.set_paused(paused_of(file));
  log::configure(config::log_settings(file.log));
  const std::lock_guard lock(mutex_);
  for (const auto& told : told_) told(file);
}

}  // namespace streamworker
