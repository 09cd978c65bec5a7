#include "runtime/database_output.h"

#include "runtime/back_off.h"

namespace streamworker {

namespace {

constexpr size_t kQueuedBatches = 8;  // more than these block the task
constexpr size_t kSpareBatches = 4;
constexpr size_t kSpareBytes = 4UL << 20;  // a larger batch is not kept for reuse
constexpr Duration kPositionEvery = std::chrono::seconds(1);
constexpr Duration kFirstTry = std::chrono::seconds(1);
constexpr Duration kLastTry = std::chrono::seconds(30);

}  // namespace

DatabaseOutput::DatabaseOutput(PartId id, Target target, config::BatchLimits limits, Meters meters)
    : id_(std::move(id)),
      table_(target.table),
      limits_(limits),
      whole_(target.whole),
      sink_(target.sink),
      refusals_(std::move(target.refusals)),
      meters_(meters) {}

DatabaseOutput::~DatabaseOutput() { detach(); }

std::optional<Offset> DatabaseOutput::position() const {
  if (state_ != State::Active) return {};
  return durable_;
}

Result<void> DatabaseOutput::claim(std::optional<Offset> start) {
  detach();
  number_ = sink_.new_part();
  state_ = State::Claiming;
  sink_.claim(number_, id_, table_, start, refusals_);
  return {};
}

Result<void> DatabaseOutput::apply(const PipelineSettings& settings) {
  limits_ = settings.batch;
  if (settings.paused == paused_) return {};
  paused_ = settings.paused;
  const bool holds = state_ == State::Active || state_ == State::Behind;
  return paused_ && !holds ? Result<void>() : claim({});  // else there is nothing to drop
}

void DatabaseOutput::detach() {
  if (number_ != 0) sink_.drop(number_);
  number_ = 0;
  state_ = State::Detached;
  open_.reset();
  closed_.clear();
  queued_ = 0;
  held_up_since_.reset();
}

void DatabaseOutput::leave_behind() {
  state_ = State::Behind;
  open_.reset();
  held_up_since_.reset();
}

// It goes on at this position.
void DatabaseOutput::resume(Offset at) {
  state_ = State::Active;
  from_ = passed_ = durable_ = sent_ = at;
}

// What it had goes, its position stays.
void DatabaseOutput::stop(SinkReply reply, Duration now) {
  claim_proves_ = state_ == State::Claiming || reply.trouble == Trouble::Schema;
  detach();
  state_ = State::Stopped;
  ++stops_;
  retry_at_ = now + back_off(kFirstTry, kLastTry, stops_, id_);
  if (!stopped_) stopped_ = Stop{reply.at, {}};
  stopped_->error = std::move(reply.error.message);
}

Result<void> DatabaseOutput::on_reply(SinkReply reply, Duration now) {
  if (reply.batch && reply.batch->bytes() <= kSpareBytes && spare_.size() < kSpareBatches)
    spare_.push_back(std::move(reply.batch));
  held_up_since_.reset();
  switch (reply.what) {
    case SinkReply::What::Claimed:
      resume(reply.claim.next);
      if (claim_proves_) stopped_.reset();
      break;
    case SinkReply::What::Unknown:
      state_ = State::Unknown;
      break;
    case SinkReply::What::Written:
      durable_ = reply.end;
      --queued_;
      if (queued_ > 0) held_up_since_ = now_;
      if (queued_ == 0 && state_ == State::Behind) resume(durable_);
      stopped_.reset();
      stops_ = 0;
      break;
    case SinkReply::What::Fenced:
      detach();
      state_ = State::Fenced;
      break;
    case SinkReply::What::Stopped:
      stop(std::move(reply), now);
      break;
    case SinkReply::What::Failed:
      detach();
      return std::move(reply.error);
  }
  return {};
}

std::unique_ptr<Batch> DatabaseOutput::fresh_batch() {
  if (spare_.empty()) return std::make_unique<Batch>(table_.columns);
  auto batch = std::move(spare_.back());
  spare_.pop_back();
  batch->clear();
  return batch;
}

Result<void> DatabaseOutput::process(const Batch& batch) {
  if (state_ != State::Active || paused_) return {};
  const auto size = static_cast<size_t>(limits_.size);
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    if (meta.offset < from_) continue;
    if (open_ && open_->size() >= size && open_->meta(open_->size() - 1).offset != meta.offset)
      close_batch(open_->meta(open_->size() - 1).offset + 1);
    if (!open_) {
      open_ = fresh_batch();
      opened_at_ = now_;
    }
    open_->keep(batch.row(i), meta, whole_);
  }
  return {};
}

Result<void> DatabaseOutput::advance(Offset passed, Duration now) {
  now_ = now;
  if (state_ != State::Active || paused_) return {};
  passed_ = std::max(passed_, passed);
  send_closed();
  if (open_) {
    const bool full = open_->size() >= static_cast<size_t>(limits_.size);
    if (full || now - opened_at_ >= limits_.window) {
      close_batch(passed_);
      send_closed();
    }
  } else if (passed_ > sent_ && queued_ == 0 && now - sent_at_ >= kPositionEvery) {
    send(nullptr, passed_);
  }
  return {};
}

Result<void> DatabaseOutput::flush(Offset passed) {
  if (state_ != State::Active || paused_) return {};
  passed_ = std::max(passed_, passed);
  if (open_) close_batch(passed_);
  send_closed();
  if (passed_ > sent_) send(nullptr, passed_);
  return {};
}

void DatabaseOutput::close_batch(Offset end) {
  const auto rows = static_cast<double>(open_->size());
  meters_.batch_rows.observe(rows);
  meters_.rows.add(rows);
  closed_.emplace_back(std::move(open_), end);
}

void DatabaseOutput::send_closed() {
  for (auto& [batch, end] : closed_) send(std::move(batch), end);
  closed_.clear();
}

void DatabaseOutput::send(std::unique_ptr<Batch> batch, Offset end) {
  sink_.write(number_, std::move(batch), end);
  if (queued_ == 0) held_up_since_ = now_;
  ++queued_;
  sent_ = end;
  sent_at_ = now_;
}

bool DatabaseOutput::settled() const { return state_ == State::Behind || (!open_ && queued_ == 0); }

bool DatabaseOutput::blocked() const {
  return state_ == State::Active && queued_ >= kQueuedBatches;
}

std::optional<Duration> DatabaseOutput::due() const {
  if (left_out()) return retry_at_;
  if (state_ != State::Active) return {};
  if (open_) return opened_at_ + limits_.window;
  return {};
}

bool DatabaseOutput::may_wait(Duration now) const {
  if (paused_ || stopped_ || sink_.waits()) return true;
  return open_ && queued_ == 0 && now < opened_at_ + limits_.window;
}

std::string DatabaseOutput::waits_for() const {
  if (paused_ && state_ != State::Claiming) return "pipeline " + pipeline() + " is paused";
  if (stopped_) return "pipeline " + pipeline() + " stopped: " + stopped_->error;
  if (const auto waits = sink_.waits()) return waits->in_words(sink_.name());
  if (state_ == State::Behind) return "database " + sink_.name() + " to take its batches";
  return state_ == State::Claiming ? "the position in database " + sink_.name() : "";
}

}  // namespace streamworker
