// A consumer group of this process: eager rebalances, range assignment.
//
// When a member joins or leaves, every member that holds an assignment must give it up, from within
// its own poll; when the last one has, a new generation begins and each is given its share from
// within its next poll. So nobody owns a partition before its old owner has made its last commit.
// Generations live as long as the process, as members do.
//
// Threads: any. A Member belongs to one consumer, which reads it through these calls only.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "log/embedded/signal.h"
#include "log/log.h"

namespace streamworker::embedded {

struct Member {
  std::string client_id;
  std::map<std::string, int32_t> topics;  // what it subscribes to, and their partition counts
  Signal* signal = nullptr;

  // From here on the group's.
  uint64_t id = 0;
  uint64_t generation = 0;  // of what it holds
  bool holding = false;     // it was told its share and has not given it up
  bool pending = false;     // it has a share that it was not told yet
  std::vector<TopicPartition> share;
  std::atomic<bool> changed = false;  // the group wants something of it: call `next`
};

class Group {
 public:
  enum class Event { None, Revoke, Assign };

  // `member` must stay where it is until `leave`.
  void join(Member& member);
  void leave(Member& member);
  // What the member must do now, and with which partitions. After Revoke it calls `released`.
  Event next(Member& member, std::vector<TopicPartition>& partitions);
  void released(Member& member);
  // Holds the group as it is while a commit of that member is written; owns no lock: the member
  // has left, or the generation is over.
  std::unique_lock<std::mutex> admit(uint64_t member, uint64_t generation);
  int members();

 private:
  void rebalance();
  void assign();
  void share_out(const std::string& topic, int32_t partitions);

  std::mutex mutex_;
  std::vector<Member*> members_;  // by client id
  uint64_t members_ever_ = 0;
  uint64_t generation_ = 0;
  bool rebalancing_ = false;
};

// What EmbeddedConsumer::group hands out.
class Membership final : public GroupMetadata {
 public:
  Membership(std::string name, std::shared_ptr<Group> group, const Member& member)
      : name_(std::move(name)),
        group_(std::move(group)),
        member_(member.id),
        generation_(member.generation) {}
  const std::string& name() const { return name_; }
  // A consumer that never subscribed is no member: it may always commit.
  bool is_member() const { return member_ != 0; }
  std::unique_lock<std::mutex> admit() const { return group_->admit(member_, generation_); }

 private:
  std::string name_;
  std::shared_ptr<Group> group_;
  uint64_t member_;
  uint64_t generation_;
};

}  // namespace streamworker::embedded
