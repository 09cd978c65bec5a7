#include "log/embedded/group.h"

#include <algorithm>
#include <tuple>

namespace streamworker::embedded {

void Group::join(Member& member) {
  const std::lock_guard lock(mutex_);
  member.id = ++members_ever_;
  members_.push_back(&member);
  std::sort(members_.begin(), members_.end(), [](const Member* a, const Member* b) {
    return std::tie(a->client_id, a->id) < std::tie(b->client_id, b->id);
  });
  rebalance();
}

void Group::leave(Member& member) {
  const std::lock_guard lock(mutex_);
  if (std::erase(members_, &member) == 0) return;
  member.holding = false;
  member.pending = false;
  rebalance();
}

Group::Event Group::next(Member& member, std::vector<TopicPartition>& partitions) {
  const std::lock_guard lock(mutex_);
  member.changed = false;
  partitions = member.share;
  if (rebalancing_ && member.holding) return Event::Revoke;
  if (!member.pending) return Event::None;
  member.pending = false;
  member.holding = true;
  member.generation = generation_;
  return Event::Assign;
}

void Group::released(Member& member) {
  const std::lock_guard lock(mutex_);
  member.holding = false;
  rebalance();
}

std::unique_lock<std::mutex> Group::admit(uint64_t member, uint64_t generation) {
  std::unique_lock lock(mutex_);
  const bool known = std::any_of(members_.begin(), members_.end(),
                                 [member](const Member* other) { return other->id == member; });
  if (!known || generation != generation_) lock.unlock();
  return lock;
}

int Group::members() {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(members_.size());
}

// Begins a rebalance or carries it on; ends it when nobody holds anything.
void Group::rebalance() {
  rebalancing_ = true;
  bool held = false;
  for (Member* member : members_) {
    if (!member->holding) continue;
    held = true;
    member->changed = true;
    member->signal->raise();
  }
  if (!held) assign();
}

void Group::assign() {
  rebalancing_ = false;
  ++generation_;
  std::map<std::string, int32_t> topics;
  for (Member* member : members_) {
    member->share.clear();
    topics.insert(member->topics.begin(), member->topics.end());
  }
  for (const auto& [topic, partitions] : topics) share_out(topic, partitions);
  for (Member* member : members_) {
    member->pending = true;
    member->changed = true;
    member->signal->raise();
  }
}

// Consecutive partitions for each subscriber, the first ones one more where it does not divide.
void Group::share_out(const std::string& topic, int32_t partitions) {
  std::vector<Member*> subscribers;
  for (Member* member : members_)
    if (member->topics.contains(topic)) subscribers.push_back(member);
  const auto count = static_cast<int32_t>(subscribers.size());
  int32_t next = 0;
  for (int32_t i = 0; i < count; ++i) {
    const int32_t end = next + partitions / count + (i < partitions % count ? 1 : 0);
    for (; next < end; ++next) subscribers[static_cast<size_t>(i)]->share.push_back({topic, next});
  }
}

}  // namespace streamworker::embedded
