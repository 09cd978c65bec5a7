#include "log/embedded/consumer.h"

#include <algorithm>

#include "log/embedded/keys.h"

namespace streamworker::embedded {
namespace {

constexpr size_t kMaxTakeBytes = 8UL << 20;

}  // namespace

EmbeddedConsumer::EmbeddedConsumer(ConsumerSettings settings, std::shared_ptr<Group> group,
                                   Surroundings log)
    : settings_(std::move(settings)), group_(std::move(group)), log_(log) {
  log_.signals.add(signal_);
}

EmbeddedConsumer::~EmbeddedConsumer() {
  group_->leave(member_);
  log_.signals.remove(signal_);
}

Result<void> EmbeddedConsumer::subscribe(const std::vector<std::string>& topics,
                                         RebalanceListener& listener) {
  if (listener_ != nullptr) return stop("this consumer has already subscribed");
  for (const std::string& name : topics) {
    const Topic* topic = log_.topics.find(name);
    if (topic == nullptr) return stop("there is no topic " + name);
    member_.topics[name] = topic->info.partitions;
  }
  listener_ = &listener;
  member_.client_id = settings_.client_id;
  member_.signal = &signal_;
  group_->join(member_);
  return {};
}

Result<void> EmbeddedConsumer::poll() {
  // A revocation may be followed by the next assignment at once.
  while (member_.changed) {
    std::vector<TopicPartition> partitions;
    const Group::Event event = group_->next(member_, partitions);
    if (event == Group::Event::Revoke) revoke(partitions);
    if (event == Group::Event::Assign) {
      assigned_ = partitions;
      listener_->on_assigned(partitions);
    }
  }
  return {};
}

void EmbeddedConsumer::revoke(const std::vector<TopicPartition>& partitions) {
  listener_->on_revoked(partitions, false);
  assigned_.clear();
  cursors_.clear();
  group_->released(member_);
}

void EmbeddedConsumer::close(Duration) {
  if (listener_ == nullptr) return;
  if (member_.holding) {
    listener_->on_revoked(assigned_, false);
    assigned_.clear();
    cursors_.clear();
  }
  group_->leave(member_);
  member_.changed = false;
}

// Records that somebody was told of and does not take, because it cannot, are no news.
void EmbeddedConsumer::wait(Duration timeout) {
  signal_.wait(timeout, [this] {
    return std::any_of(cursors_.begin(), cursors_.end(), [](const Cursor& cursor) {
      return std::max(cursor.next.offset, cursor.told) < cursor.partition->end;
    });
  });
  for (Cursor& cursor : cursors_) cursor.told = cursor.partition->end;
}

Result<void> EmbeddedConsumer::fetch(const std::vector<Position>& positions) {
  cursors_.clear();
  messages_.clear();
  std::vector<Cursor> cursors;
  for (const Position& position : positions) {
    Partition* partition = log_.topics.find(position.at);
    if (partition == nullptr) return stop("there is no " + to_string(position.at));
    if (listener_ != nullptr &&
        std::find(assigned_.begin(), assigned_.end(), position.at) == assigned_.end())
      return stop(to_string(position.at) + " is not assigned to " + settings_.client_id);
    cursors.push_back({position, Reading(*partition), 0, -1, {}});
  }
  cursors_ = std::move(cursors);
  return {};
}

Result<std::span<const Message>> EmbeddedConsumer::take(size_t i, size_t max) {
  arena_.reset();
  messages_.clear();
  headers_used_ = 0;
  bytes_ = 0;
  if (i >= cursors_.size()) return stop("nothing is fetched under " + std::to_string(i));
  Cursor& cursor = cursors_[i];
  const Offset start = cursor.partition->start;
  const Offset end = cursor.partition->end;
  if (cursor.next.offset < start || cursor.next.offset > end)
    return stop("offset " + std::to_string(cursor.next.offset) + " of " +
                to_string(cursor.next.at) + " is out of its range, " + std::to_string(start) +
                " to " + std::to_string(end));
  if (cursor.next.offset < end && max > 0)
    if (auto taken = take_chunks(cursor, end, max); !taken) return taken.error();
  return std::span<const Message>(messages_);
}

Result<void> EmbeddedConsumer::take_chunks(Cursor& cursor, Offset end, size_t max) {
  const PartitionId of = cursor.partition->id;
  const size_t max_bytes = std::min(kMaxTakeBytes, settings_.fetch_bytes);
  rocks::Iterator it = log_.database.range(record_key(of, cursor.next.offset), record_key(of, end));
  for (it.seek({}); it.valid(); it.next()) {
    if (!take_chunk(cursor, it, max))
      return stop("the records of " + to_string(cursor.next.at) + " up to offset " +
                  std::to_string(last_offset(it.key())) + " are damaged in " +
                  log_.database.path());
    if (messages_.size() == max || bytes_ >= max_bytes) return {};
  }
  if (auto read = it.status(); !read) return read;
  cursor.next.offset = end;
  return {};
}

bool EmbeddedConsumer::take_chunk(Cursor& cursor, const rocks::Iterator& at, size_t max) {
  const Offset last = last_offset(at.key());
  const ChunkReader::Place from = cursor.chunk == last ? cursor.place : ChunkReader::Place{};
  const std::string_view rest = arena_.copy(at.value().substr(from.at));
  bytes_ += rest.size();
  ChunkReader reader(rest, last, from);
  Message message;
  while (messages_.size() < max) {
    Headers& headers = spare_headers();
    const auto found = reader.next(message, headers);
    if (found == ChunkReader::Found::Damage) return false;
    if (found == ChunkReader::Found::End) break;
    if (message.offset < cursor.next.offset) continue;
    if (message.headers != nullptr) ++headers_used_;
    messages_.push_back(message);
  }
  cursor.next.offset = reader.place().offset;
  cursor.place = reader.place();
  cursor.chunk = last;
  return true;
}

Headers& EmbeddedConsumer::spare_headers() {
  if (headers_used_ == headers_.size()) headers_.emplace_back();
  return headers_[headers_used_];
}

Offset EmbeddedConsumer::position(size_t i) const { return cursors_[i].next.offset; }

std::optional<Offset> EmbeddedConsumer::known_end(size_t i) const {
  if (i >= cursors_.size()) return std::nullopt;
  return cursors_[i].partition->end;
}

Result<std::vector<Committed>> EmbeddedConsumer::committed(const std::vector<TopicPartition>& of) {
  std::vector<Committed> all;
  for (const TopicPartition& at : of) {
    Committed& each = all.emplace_back(Committed{at, std::nullopt, {}});
    const Partition* partition = log_.topics.find(at);
    if (partition == nullptr) continue;
    auto stored = log_.database.get(committed_key(settings_.group, partition->id));
    if (!stored) return stored.error();
    if (!stored->has_value()) continue;
    std::string_view value = **stored;
    const auto offset = take_u64(value);
    if (!offset) return stop("the offset of " + to_string(at) + " is damaged");
    each.offset = static_cast<Offset>(*offset);
    each.metadata = value;
  }
  return all;
}

std::unique_ptr<GroupMetadata> EmbeddedConsumer::group() {
  return std::make_unique<Membership>(settings_.group, group_, member_);
}

}  // namespace streamworker::embedded
