#include "runtime/watchdog.h"

#include <algorithm>

#include "base/format.h"
#include "base/human.h"

namespace streamworker {

namespace {

constexpr Duration kMostBetweenLooks = std::chrono::seconds(3);
constexpr Duration kMostBetweenQuestions = std::chrono::seconds(30);
constexpr Duration kLeastBetweenQuestions = std::chrono::milliseconds(500);
constexpr Duration kSilence = std::chrono::seconds(3);  // a thread publishes each second at least
constexpr Duration kMostAsking =
    std::chrono::milliseconds(50);  // in a look: then no more questions
constexpr int kQuestions = 10;      // in `stall`

}  // namespace

Watchdog::Watchdog(config::Watchdog limits, const Clock& clock, End end)
    : limits_(limits), clock_(clock), end_(std::move(end)) {}

void Watchdog::look(const std::map<std::string, MemberStatus>& members, bool log_away) {
  const Duration now = clock_.steady();
  const Duration since_last = std::min(now - last_look_.value_or(now), kMostBetweenLooks);
  last_look_ = now;
  reasons_.clear();
  verdict_.clear();
  if (log_away) {
    for (auto& [key, seen] : seen_) seen.without = Duration::zero();
    return;
  }
  for (auto& [key, seen] : seen_) seen.looked_at = false;
  for (const auto& [name, member] : members) look_at_member(name, member, since_last);
  forget_gone();
  while (clock_.steady() - now < kMostAsking && ask_one()) {
  }
}

// The one that has waited longest. False: none is due.
bool Watchdog::ask_one() {
  const Duration now = clock_.steady();
  std::pair<const Key, Seen>* first = nullptr;
  for (auto& one : seen_)
    if (one.second.asks && now >= one.second.ask_at &&
        (first == nullptr || one.second.ask_at < first->second.ask_at))
      first = &one;
  if (first == nullptr) return false;
  Seen& seen = first->second;
  seen.ask_at =
      now + std::clamp(limits_.stall / kQuestions, kLeastBetweenQuestions, kMostBetweenQuestions);
  const auto end = end_(first->first.second);
  if (end && *end > seen.position) seen.wanted = *end;
  return true;
}

void Watchdog::forget_gone() {
  for (auto it = seen_.begin(); it != seen_.end();)
    it = it->second.looked_at ? std::next(it) : seen_.erase(it);
}

void Watchdog::look_at_member(const std::string& name, const MemberStatus& member,
                              Duration since_last) {
  Seen& seen = seen_[{name, {}}];
  seen.looked_at = true;
  const bool silent = clock_.steady() - member.published > kSilence;
  seen.without = silent ? seen.without + since_last : Duration::zero();
  judge(seen, {"stalled", {{"member", name}}}, "thread " + name + " hangs");
  for (const TaskStatus& task : member.tasks) look_at_task(name, task, since_last);
}

void Watchdog::look_at_task(const std::string& member, const TaskStatus& task,
                            Duration since_last) {
  Seen& seen = seen_[{member, task.at}];
  seen.looked_at = true;
  seen.asks = false;
  const bool starting = task.state == "starting";
  const Offset done = task.written.value_or(task.position);
  // A task that starts again is where it was; one whose database is back may be further behind.
  const bool progress = !starting && (!seen.done || done > *seen.done);
  if (!starting) seen.done = done;
  if (progress || task.waits || (!starting && !owes(seen, task)))
    seen.without = Duration::zero();
  else
    seen.without += since_last;
  Reason reason{"stalled",
                {{"stage", task.stage},
                 {"topic", task.at.topic},
                 {"partition", std::to_string(task.at.partition)},
                 {"state", task.state}}};
  if (!starting) reason.details["position"] = std::to_string(task.position);
  if (seen.wanted) reason.details["end"] = std::to_string(*seen.wanted);
  if (task.written) reason.details["written"] = std::to_string(*task.written);
  judge(seen, std::move(reason), task.stage + " " + to_string(task.at));
}

// Whether there is something that it has not taken, or taken and not written.
bool Watchdog::owes(Seen& seen, const TaskStatus& task) {
  if (seen.wanted && task.position >= *seen.wanted) seen.wanted.reset();
  seen.position = task.position;
  seen.asks = !seen.wanted;
  return seen.wanted.has_value() || (task.written && *task.written < task.position);
}

void Watchdog::judge(Seen& seen, Reason reason, const std::string& what) {
  if (seen.without < limits_.stall) return seen.since.reset();
  if (!seen.since) seen.since = clock_.wall() - seen.without;
  reason.details["since"] = format_time(*seen.since);
  if (verdict_.empty() && seen.without >= limits_.exit) {
    verdict_ = what + " has made no progress for " + format_duration(seen.without);
    for (const auto& [name, text] : reason.details) verdict_ += fmt::format(", {} {}", name, text);
    verdict_ += "; ending, to be started again (watchdog.exit)";
  }
  reasons_.push_back(std::move(reason));
}

}  // namespace streamworker
