#include "app/lookout.h"

#include <algorithm>

#include "base/human.h"
#include "base/log.h"

namespace streamworker {

namespace {

constexpr size_t kMostWords = 500;  // bytes of a status line

}  // namespace

std::string in_words(const std::vector<Reason>& reasons) {
  if (reasons.empty()) return "ready";
  std::string text = "not ready: ";
  for (const Reason& reason : reasons) {
    if (&reason != &reasons.front()) text += "; ";
    text += reason.what;
    std::string details;
    for (const auto& [name, value] : reason.details)
      details.append(details.empty() ? "" : ", ").append(name).append(" ").append(value);
    if (!details.empty()) text += " (" + details + ")";
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return shortened(text, kMostWords);
}

Lookout::Lookout(const config::File& file, const Clock& clock, StatusBoard& board, const Log& log,
                 DiskGuard* disk, Supervisor& supervisor, Watchdog::End end)
    : file_(file),
      clock_(clock),
      board_(board),
      log_(log),
      disk_(disk),
      supervisor_(supervisor),
      watchdog_(file.watchdog, clock, std::move(end)) {}

const std::string& Lookout::look() {
  look_at_log();
  look_at_disk();
  look_at_tasks();
  tell_supervisor();
  return watchdog_.verdict();
}

void Lookout::look_at_log() {
  const std::string error = log_.away();
  if (error.empty()) {
    if (!away_since_) return;
    log::info("kafka", "{} is back after {}; nothing lost", log_.name(),
              format_elapsed(clock_.wall() - *away_since_));
    away_since_.reset();
    return board_.report("log", {});
  }
  if (!away_since_) {
    away_since_ = clock_.wall();
    log::warn("kafka", "{} away ({}); records wait, trying again", log_.name(), error);
  }
  board_.report("log", {{"kafka away",
                         {{"brokers", file_.kafka.brokers},
                          {"error", error},
                          {"since", format_time(*away_since_)}}}});
}

void Lookout::look_at_disk() {
  if (disk_ == nullptr) return;
  const bool full = disk_->almost_full();
  const std::string free = format_bytes(static_cast<int64_t>(disk_->free()));
  const std::string floor = format_bytes(static_cast<int64_t>(DiskGuard::kFloor));
  if (full && !hold_)
    log::error("app", "disk of {} almost full: {} free, {} are needed; nothing is taken until then",
               disk_->folder(), free, floor);
  if (!full && hold_) log::info("app", "disk of {} has {} free: going on", disk_->folder(), free);
  hold_ = full;
  if (full)
    board_.report("disk", {{"disk almost full",
                            {{"folder", disk_->folder()}, {"free", free}, {"needed", floor}}}});
  else
    board_.report("disk", {});
}

void Lookout::look_at_tasks() {
  watchdog_.look(board_.members(), away_since_.has_value());
  const auto& reasons = watchdog_.reasons();
  if (!reasons.empty() && !stalled_) log::error("app", "no progress; {}", in_words(reasons));
  if (reasons.empty() && stalled_) log::info("app", "there is progress again");
  stalled_ = !reasons.empty();
  board_.report("watchdog", reasons);
}

void Lookout::tell_supervisor() {
  supervisor_.status(log::redact(in_words(board_.reasons())));
  if (watchdog_.verdict().empty()) supervisor_.alive();
}

}  // namespace streamworker
