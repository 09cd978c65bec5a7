// The embedded log's use of the disk, with records as large as real ones that compress badly.
#include <algorithm>
#include <random>

#include "log/embedded/embedded.h"
#include "unit/catch.h"
#include "unit/log/fixture.h"

namespace streamworker {
namespace {

// Six files of 8 MiB that wait to be merged, their merged form, and the write-ahead log.
constexpr uintmax_t kBound = 128UL << 20;
// Without new records: the write-ahead log, one file of 8 MiB that waits for a second to be merged
// with, and merged files of 2 MiB at the edges of what is deleted.
constexpr uintmax_t kIdleBound = 64UL << 20;
constexpr size_t kValueBytes = 250;

// Appends random records in transactions of 1000, in turn to each partition.
class Flow {
 public:
  explicit Flow(Log& log) : log_(log), producer_(log.producer("flow")), text_(1UL << 20, ' ') {
    NewTopic topic;
    topic.name = "flow";
    topic.partitions = kPartitions;
    require(log_.create(topic));
    require(producer_->start());
    std::minstd_rand random(1);
    for (char& byte : text_) byte = static_cast<char>(random() >> 16);
    group_ = log_.consumer({})->group();
  }

  void append(size_t records) {
    for (size_t done = 0; done < records; done += 1000) {
      std::vector<OutRecord> batch;
      for (size_t i = 0; i < 1000; ++i) {
        place_ = (place_ + 7919) % (text_.size() - kValueBytes);
        batch.push_back(record(static_cast<int32_t>(i % kPartitions),
                               std::string_view(text_).substr(place_, kValueBytes)));
      }
      require(producer_->produce("flow", batch));
      require(producer_->commit({}, *group_));
    }
  }

  // Forgets the oldest, all but so many in each partition.
  void forget_but(Offset kept) {
    std::vector<Position> below;
    for (int32_t i = 0; i < kPartitions; ++i) {
      const auto marks = log_.watermarks({"flow", i}).value();
      below.push_back({{"flow", i}, std::max(marks.start, marks.end - kept)});
    }
    require(log_.delete_records(below));
  }

 private:
  static constexpr int32_t kPartitions = 4;
  Log& log_;
  std::unique_ptr<Producer> producer_;
  std::unique_ptr<GroupMetadata> group_;
  std::string text_;
  size_t place_ = 0;
};

TEST_CASE("embedded log: the disk holds what is not deleted, while a million records pass") {
  const Folder folder;
  auto log = open_embedded(folder.path());
  REQUIRE(log);
  Flow flow(**log);
  uintmax_t most = 0;
  for (int second = 0; second < 50; ++second) {
    flow.append(20000);
    most = std::max(most, folder.bytes());
    flow.forget_but(1000);
    most = std::max(most, folder.bytes());
  }
  INFO("at most " << most << " bytes");
  CHECK(most < kBound);
}

TEST_CASE("embedded log: a backlog leaves the disk once it is deleted") {
  const Folder folder;
  auto log = open_embedded(folder.path());
  REQUIRE(log);
  Flow flow(**log);
  flow.append(600000);
  CHECK(folder.bytes() > kBound);
  for (int second = 0; second < 10; ++second) {
    flow.append(20000);
    flow.forget_but(150000 - 15000 * (second + 1) + 1000);
  }
  eventually([&] {
    flow.forget_but(1000);
    return folder.bytes() < kIdleBound;
  });
}

}  // namespace
}  // namespace streamworker
