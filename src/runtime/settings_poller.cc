#include "runtime/settings_poller.h"

#include <algorithm>

#include "base/log.h"
#include "config/reading.h"

namespace streamworker {

namespace {

constexpr size_t kMostRows = 1000;                        // of one application
constexpr Duration kPatience = std::chrono::seconds(10);  // with a statement
constexpr auto kInterruptAgain = std::chrono::milliseconds(20);

// On SQLite, which has no procedures: people insert.
constexpr const char* kCreate =
    "CREATE TABLE IF NOT EXISTS streamworker_settings ("
    "app TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, "
    "updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')), "
    "updated_by TEXT NOT NULL DEFAULT '', refused TEXT, PRIMARY KEY (app, name))";
constexpr const char* kRead =
    "SELECT name, value, updated_at, updated_by, refused FROM streamworker_settings "
    "WHERE app = :app ORDER BY name LIMIT 1001";
// Only where the value is still the one that was judged.
constexpr const char* kRefuse =
    "UPDATE streamworker_settings SET refused = :refused "
    "WHERE app = :app AND name = :name AND value = :value";

std::string text_of(const sink::SqlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<int64_t>(&value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return "";
}

SettingRow row_of(const std::vector<sink::SqlValue>& row) {
  SettingRow out{text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), {}};
  if (!std::holds_alternative<std::monostate>(row[4])) out.refused = text_of(row[4]);
  return out;
}

}  // namespace

SettingsPoller::SettingsPoller(const config::File& file, std::unique_ptr<sink::Session> session,
                               const Clock& clock, StatusBoard& board,
                               std::function<void(const config::File&)> changed)
    : file_(file),
      session_(std::move(session)),
      clock_(clock),
      board_(board),
      changed_(std::move(changed)),
      values_(file) {
  status_.database = file.settings->database.value;
  status_.poll = file.settings->poll;
  publish();
}

SettingsPoller::~SettingsPoller() {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
    // More than once: between two statements there is nothing to interrupt.
    while (polling_) {
      lock.unlock();
      session_->interrupt();
      lock.lock();
      wake_.wait_for(lock, kInterruptAgain, [&] { return !polling_; });
    }
  }
  if (thread_.joinable()) thread_.join();
}

void SettingsPoller::start() {
  const std::lock_guard lock(mutex_);
  thread_ = std::thread([this] { run(); });
  polling_ = true;
}

bool SettingsPoller::wait_for_first(Duration most) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, most, [&] { return tried_; });
}

void SettingsPoller::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    began_ = clock_.steady();
    lock.unlock();
    poll();
    lock.lock();
    began_.reset();
    tried_ = true;
    wake_.notify_all();
    wake_.wait_for(lock, file_.settings->poll, [&] { return stopping_; });
  }
  polling_ = false;
  wake_.notify_all();
}

void SettingsPoller::look() {
  const std::lock_guard lock(mutex_);
  if (began_ && clock_.steady() - *began_ > kPatience) session_->interrupt();
}

void SettingsPoller::poll() {
  const auto done = read_and_take();
  if (done && !status_.problem.empty())
    log::info("runtime", "settings are read from {} again", status_.database);
  if (!done && done.error().message != status_.problem)
    log::warn("runtime", "settings are not read, those in effect stay: {}", done.error().message);
  status_.problem = done ? "" : done.error().message;
  publish();
}

Result<void> SettingsPoller::read_and_take() {
  auto rows = read();
  if (!rows)
    return Error{rows.error().remedy,
                 fmt::format("{}: {}{}", status_.database, rows.error().message,
                             rows.error().remedy == Remedy::Stop
                                 ? "; sql/settings.sql makes the table and its procedures"
                                 : "")};
  auto outcome = values_.take(std::move(*rows));
  if (!outcome) return outcome.error();
  status_.read_at = clock_.wall();
  tell(*outcome);
  if (outcome->changed) changed_(values_.file());
  return save();
}

Result<std::vector<SettingRow>> SettingsPoller::read() {
  if (session_->dialect() == sink::Dialect::Sqlite)
    if (auto made = session_->run(kCreate); !made) return made.error();
  auto found = session_->run(kRead, {{"app", file_.app}});
  if (!found) return found.error();
  if (found->rows.size() > kMostRows)
    return Error{Remedy::Retry, fmt::format("streamworker_settings has more than {} rows of {}",
                                            kMostRows, file_.app)};
  std::vector<SettingRow> rows;
  for (const auto& row : found->rows) rows.push_back(row_of(row));
  return rows;
}

void SettingsPoller::tell(const LiveValues::Outcome& outcome) {
  for (const std::string& name : outcome.gone) {
    std::erase_if(unsaved_, [&](const auto& verdict) { return verdict.row.name == name; });
    const std::string now = in_words(name);
    log::info("runtime", "setting {} was reset{}", config::quote(name),
              now.empty() ? "" : ": " + now);
  }
  for (const LiveValues::Verdict& verdict : outcome.verdicts) {
    std::erase_if(unsaved_, [&](const auto& one) { return one.row.name == verdict.row.name; });
    tell(verdict);
    if (verdict.refused != verdict.row.refused) unsaved_.push_back(verdict);
  }
}

void SettingsPoller::tell(const LiveValues::Verdict& verdict) {
  const SettingRow& row = verdict.row;
  const std::string by = row.updated_by.empty() ? "" : " by " + config::quote(row.updated_by);
  const std::string now = in_words(row.name);
  if (verdict.refused)
    log::warn("runtime", "setting {} = {}{} refused: {}{}", config::quote(row.name),
              config::quote(row.value), by, *verdict.refused,
              now.empty() ? "" : "; " + now + " stays");
  else
    log::info("runtime", "setting {} = {}{}", config::quote(row.name), config::quote(row.value),
              by);
}

std::string SettingsPoller::in_words(const std::string& name) const {
  for (const SettingStatus& one : values_.status())
    if (one.name == name && !one.origin.empty())
      return (one.value == "null" ? "not set" : one.value) + " (" + one.origin + ")";
  return "";
}

Result<void> SettingsPoller::save() {
  while (!unsaved_.empty()) {
    const LiveValues::Verdict& verdict = unsaved_.back();
    sink::SqlValue refused;
    if (verdict.refused) refused = *verdict.refused;
    auto saved = session_->run(kRefuse, {{"app", file_.app},
                                         {"name", verdict.row.name},
                                         {"value", verdict.row.value},
                                         {"refused", refused}});
    if (!saved)
      return context(saved.error(), status_.database + ": the column `refused` is not written");
    unsaved_.pop_back();
  }
  return {};
}

void SettingsPoller::publish() {
  status_.settings = values_.status();
  board_.publish_settings(status_);
}

}  // namespace streamworker
