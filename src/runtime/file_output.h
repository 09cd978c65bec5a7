// The end of a pipeline in a file, for one task: rows as lines of JSON, in batches, each with its
// position (DESIGN 1.2). Written on the task's thread; a disk that is full holds the task up.
#pragma once

#include <algorithm>

#include "base/metrics.h"
#include "codec/json_encoder.h"
#include "config/spec.h"
#include "runtime/part.h"
#include "sink/file_writer.h"

namespace streamworker {

class FileOutput final : public Part {
 public:
  // One file per task: "out.jsonl" of partition 3 is "out-3.jsonl".
  FileOutput(PartId id, const std::string& path, const Schema& in, config::BatchLimits limits,
             BadRecords& bad, Counter rows);

  const std::string& name() const override { return id_.sink; }
  Result<void> apply(const PipelineSettings& settings) override;
  bool paused() const override { return false; }  // the file's rules leave that to databases
  Result<void> claim(std::optional<Offset> start) override;
  bool active() const override { return active_; }
  bool unknown() const override { return unknown_; }
  std::optional<Offset> position() const override;
  Offset skips_below() const override { return from_; }
  void begin(Duration now) override { now_ = now; }
  Result<void> process(const Batch& batch) override;
  Result<void> advance(Offset passed, Duration now) override;
  Result<void> flush(Offset passed) override;
  void skip_taken() override { from_ = std::max(from_, passed_); }
  bool settled() const override { return rows_ == 0; }
  bool blocked() const override { return false; }
  std::optional<Duration> due() const override;
  bool may_wait(Duration now) const override {
    return rows_ > 0 && now < opened_at_ + limits_.window;
  }
  std::string waits_for() const override { return waits_for_; }

 private:
  Result<void> write(Offset end);

  PartId id_;
  std::string path_;
  config::BatchLimits limits_;
  JsonEncoder encoder_;
  BadRecords& bad_;
  Counter written_;
  sink::FileWriter file_;
  bool active_ = false;
  bool unknown_ = false;
  std::string waits_for_;
  Duration now_{};
  Duration opened_at_{};
  Duration moved_at_{};
  Offset from_ = 0;
  Offset passed_ = 0;
  Offset durable_ = 0;
  std::string text_;
  int64_t rows_ = 0;
};

}  // namespace streamworker
