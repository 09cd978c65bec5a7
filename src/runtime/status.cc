#include "runtime/status.h"

#include <algorithm>

namespace streamworker {
namespace {

constexpr Duration kSampleEvery = std::chrono::seconds(1);
constexpr Duration kRateOver = std::chrono::seconds(10);

constexpr const char* kSince = "since";

// But for when it began.
bool same(const Reason& a, const Reason& b) {
  const auto rest = [](const Reason& reason) {
    auto details = reason.details;
    details.erase(kSince);
    return details;
  };
  return a.what == b.what && rest(a) == rest(b);
}

}  // namespace

void StatusBoard::describe(std::vector<PipelineStatus> pipelines) {
  const std::scoped_lock lock(mutex_);
  pipelines_ = std::move(pipelines);
}

void StatusBoard::publish(const std::string& member, MemberStatus status) {
  const std::scoped_lock lock(mutex_);
  const Duration now = clock_.steady();
  status.published = now;
  members_[member] = std::move(status);
  if (!samples_.empty() && now < samples_.back().at + kSampleEvery) return;
  samples_.push_back({now, taken()});
  // The newest of those that are old enough stays: it is what the last 10 s are measured from.
  const auto young = std::find_if(samples_.begin(), samples_.end(), [&](const Sample& sample) {
    return sample.at > now - kRateOver;
  });
  if (young - samples_.begin() > 1) samples_.erase(samples_.begin(), young - 1);
}

void StatusBoard::set_paused(std::set<std::string> pipelines) {
  const std::scoped_lock lock(mutex_);
  paused_ = std::move(pipelines);
}

void StatusBoard::publish_settings(SettingsStatus settings) {
  const std::scoped_lock lock(mutex_);
  settings_ = std::move(settings);
}

SettingsStatus StatusBoard::settings() const {
  const std::scoped_lock lock(mutex_);
  return settings_;
}

void StatusBoard::report(const std::string& who, std::vector<Reason> reasons) {
  const std::scoped_lock lock(mutex_);
  if (reasons.empty())
    reports_.erase(who);
  else
    reports_[who] = std::move(reasons);
}

void StatusBoard::stopping() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
}

std::map<std::string, MemberStatus> StatusBoard::members() const {
  const std::scoped_lock lock(mutex_);
  return members_;
}

std::map<std::string, double> StatusBoard::taken() const {
  std::map<std::string, double> out;
  for (const auto& [name, member] : members_)
    for (const auto& [pipeline, records] : member.pipeline_records) out[pipeline] += records;
  return out;
}

void StatusBoard::set_state(PipelineStatus& pipeline) const {
  pipeline.paused = paused_.contains(pipeline.name);
  if (pipeline.paused) pipeline.state = "paused";
  for (const auto& [name, member] : members_) {
    const auto stopped = member.stopped.find(pipeline.name);
    if (stopped == member.stopped.end()) continue;
    pipeline.state = "stopped";
    pipeline.why = stopped->second;
  }
  for (const auto& [name, member] : members_)
    for (const auto& [stream, warning] : member.warnings)
      if (stream == pipeline.name ||
          std::find(pipeline.from.begin(), pipeline.from.end(), stream) != pipeline.from.end())
        pipeline.warnings.push_back(warning);
}

std::vector<PipelineStatus> StatusBoard::pipelines() const {
  const std::scoped_lock lock(mutex_);
  std::vector<PipelineStatus> out = pipelines_;
  for (PipelineStatus& pipeline : out) set_state(pipeline);
  if (samples_.empty()) return out;
  const Duration now = clock_.steady();
  const Sample* base = &samples_.front();
  for (const Sample& sample : samples_)
    if (sample.at <= now - kRateOver) base = &sample;
  const double seconds = std::chrono::duration<double>(now - base->at).count();
  const auto total = taken();
  for (PipelineStatus& pipeline : out) {
    const auto now_at = total.find(pipeline.name);
    const auto base_at = base->records.find(pipeline.name);
    pipeline.records = now_at == total.end() ? 0 : now_at->second;
    const double before = base_at == base->records.end() ? 0 : base_at->second;
    // A member that started again counts from zero again.
    pipeline.rate = seconds > 0 ? std::max(0.0, pipeline.records - before) / seconds : 0;
  }
  return out;
}

std::vector<Reason> StatusBoard::reasons() const {
  const std::scoped_lock lock(mutex_);
  if (stopping_) return {{"stopping", {}}};
  std::vector<Reason> out;
  for (const auto& [who, reasons] : reports_) out.insert(out.end(), reasons.begin(), reasons.end());
  if (members_.empty()) out.push_back({"starting", {}});
  const auto add = [&](const Reason& reason) {
    const auto known =
        std::find_if(out.begin(), out.end(), [&](const Reason& r) { return same(r, reason); });
    if (known == out.end()) return out.push_back(reason);
    if (const auto since = reason.details.find(kSince); since != reason.details.end())
      known->details[kSince] = std::min(known->details[kSince], since->second);
  };
  for (const auto& [name, member] : members_) {
    if (!member.joined) add({"joining", {{"member", name}}});
    for (const Reason& reason : member.reasons) add(reason);
  }
  return out;
}

}  // namespace streamworker
