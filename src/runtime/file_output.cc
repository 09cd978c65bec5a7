#include "runtime/file_output.h"

#include <filesystem>

namespace streamworker {

namespace {

constexpr Duration kPositionEvery = std::chrono::seconds(1);

std::string path_of_task(const std::string& path, int32_t partition) {
  const std::filesystem::path whole(path);
  auto name = whole.stem();
  name += "-" + std::to_string(partition);
  name += whole.extension();
  return (whole.parent_path() / name).string();
}

}  // namespace

FileOutput::FileOutput(PartId id, const std::string& path, const Schema& in,
                       config::BatchLimits limits, BadRecords& bad, Counter rows)
    : id_(std::move(id)),
      path_(path_of_task(path, id_.partition)),
      limits_(limits),
      encoder_(in),
      bad_(bad),
      written_(rows) {}

Result<void> FileOutput::apply(const PipelineSettings& settings) {
  limits_ = settings.batch;
  return {};
}

Result<void> FileOutput::claim(std::optional<Offset> start) {
  active_ = false;
  if (!start) {
    auto next = file_.open(path_, id_);
    if (!next) return context(std::move(next.error()), "file " + path_);
    unknown_ = !next->has_value();
    if (unknown_) return {};
    start = **next;
  } else if (auto done = file_.append("", *start); !done) {
    return context(std::move(done.error()), "file " + path_);
  }
  from_ = passed_ = durable_ = *start;
  unknown_ = false;
  active_ = true;
  return {};
}

std::optional<Offset> FileOutput::position() const {
  if (!active_) return {};
  return durable_;
}

Result<void> FileOutput::process(const Batch& batch) {
  if (!active_) return {};
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    if (meta.offset < from_ || meta.deleted) continue;
    const size_t before = text_.size();
    if (auto encoded = encoder_.append(batch.row(i), text_); !encoded) {
      text_.resize(before);
      if (auto taken = bad_.take(meta, "sink", encoded.error().message); !taken) return taken;
      continue;
    }
    text_ += '\n';
    if (rows_++ == 0) opened_at_ = now_;
  }
  return {};
}

Result<void> FileOutput::advance(Offset passed, Duration now) {
  now_ = now;
  if (!active_) return {};
  passed_ = std::max(passed_, passed);
  const bool over = rows_ > 0 && (rows_ >= limits_.size || now - opened_at_ >= limits_.window);
  const bool moved = rows_ == 0 && passed_ > durable_ && now - moved_at_ >= kPositionEvery;
  return over || moved ? write(passed_) : Result<void>();
}

Result<void> FileOutput::flush(Offset passed) {
  if (!active_) return {};
  passed_ = std::max(passed_, passed);
  return passed_ > durable_ ? write(passed_) : Result<void>();
}

Result<void> FileOutput::write(Offset end) {
  if (auto done = file_.append(text_, end); !done) {
    waits_for_ = "file " + path_ + ": " + done.error().message;
    return context(std::move(done.error()), "file " + path_);
  }
  waits_for_.clear();
  written_.add(static_cast<double>(rows_));
  durable_ = end;
  moved_at_ = now_;
  text_.clear();
  rows_ = 0;
  return {};
}

std::optional<Duration> FileOutput::due() const {
  if (!active_ || rows_ == 0) return {};
  return opened_at_ + limits_.window;
}

}  // namespace streamworker
