#include "process/dead_letters.h"

#include <algorithm>
#include <span>

#include "base/format.h"
#include "base/human.h"

namespace streamworker {

namespace {

constexpr size_t kLongestMessage = 4096;
constexpr int64_t kOverhead = 256;         // of a record batch and its record
constexpr int64_t kPerHeader = 10;         // beside name and value
constexpr int64_t kOurLimit = 16'777'216;  // what our producers take
constexpr int64_t kCutHeader = 128;        // what is said of a cut

int64_t size_of(const Headers& headers) {
  int64_t size = 0;
  for (const Header& header : headers)
    size +=
        static_cast<int64_t>(header.name.size() + header.value.value_or("").size()) + kPerHeader;
  return size;
}

int64_t size_of(const std::optional<std::string_view>& text) {
  return text ? static_cast<int64_t>(text->size()) : 0;
}

void add_all(const Headers* from, OwnedHeaders& to) {
  if (from == nullptr) return;
  for (const Header& header : *from) {
    std::optional<std::string> value;
    if (header.value) value = std::string(*header.value);
    to.add(std::string(header.name), std::move(value));
  }
}

// Makes the record fit into so many bytes; says what had to go. `block`: bytes of our own headers.
std::string cut(Message& record, int64_t block, int64_t limit) {
  const int64_t headers = record.headers == nullptr ? 0 : size_of(*record.headers);
  int64_t room = limit - kOverhead - block - size_of(record.key) - headers;
  if (room >= size_of(record.value)) return {};
  std::string what = fmt::format("value of {} bytes", size_of(record.value));
  if (room < 0 && headers > 0) {
    room += headers;
    record.headers = nullptr;
    what += ", headers";
  }
  if (room < 0 && record.key) {
    room += size_of(record.key);
    record.key.reset();
    what += ", key";
  }
  if (record.value)
    record.value = record.value->substr(0, static_cast<size_t>(std::max<int64_t>(room, 0)));
  return what;
}

}  // namespace

DeadLetters::DeadLetters(Log& log, std::string app, std::string topic, const TopicInfo& limits,
                         const Clock& clock)
    : log_(log), app_(std::move(app)), topic_(std::move(topic)), limits_(limits), clock_(clock) {}

Result<void> DeadLetters::write(const LetterId& id, const Message& record,
                                const std::string& message) {
  Letter letter;
  letter.id = id;
  letter.app = app_;
  letter.message = shortened(message, kLongestMessage);
  letter.time = format_time(clock_.wall());
  std::optional<EventTime> refused;
  if (limits_.max_ahead && record.timestamp > clock_.wall() + *limits_.max_ahead)
    refused = record.timestamp;
  OwnedHeaders block;
  add_block(letter, refused, block);
  Message fitting = record;
  letter.cut = cut(fitting, size_of(block.get()) + kCutHeader,
                   std::min(limits_.max_message_bytes, kOurLimit));
  OwnedHeaders headers;
  add_all(fitting.headers, headers);
  add_block(letter, refused, headers);
  OutRecord out;
  out.timestamp =
      refused ? std::chrono::time_point_cast<EventTime::duration>(clock_.wall()) : record.timestamp;
  out.key = fitting.key;
  out.value = fitting.value;
  out.headers = &headers.get();
  return produce(out);
}

Result<void> DeadLetters::mark(Marker marker) {
  auto nothing = empty();
  if (!nothing) return nothing.error();
  if (*nothing) return {};
  marker.app = app_;
  OwnedHeaders headers;
  add_block(marker, headers);
  OutRecord out;
  out.timestamp = std::chrono::time_point_cast<EventTime::duration>(clock_.wall());
  out.headers = &headers.get();
  return produce(out);
}

// Asked once between two flushes, until there is something.
Result<bool> DeadLetters::empty() {
  if (empty_) return *empty_;
  const auto marks = log_.watermarks({topic_, 0});
  if (!marks) return marks.error();
  empty_ = marks->end == 0;
  return *empty_;
}

// A client that cannot be made, for want of threads or memory, may be made later.
Result<void> DeadLetters::start() {
  try {
    producer_ = log_.producer("");
  } catch (const std::exception& error) {
    return retry(error.what());
  }
  return producer_->start();
}

// Everything is in partition 0: a marker is later than the letters that it voids.
Result<void> DeadLetters::produce(const OutRecord& record) {
  if (!producer_)
    if (auto started = start(); !started) return settled(started);
  pending_ = true;
  empty_ = false;
  return settled(producer_->produce(topic_, std::span(&record, 1)));
}

Result<void> DeadLetters::flush() {
  if (empty_.value_or(false)) empty_.reset();
  if (!pending_) return {};
  auto done = settled(producer_->flush());
  pending_ = false;
  return done;
}

Result<void> DeadLetters::settled(Result<void> outcome) {
  if (outcome) return outcome;
  producer_.reset();
  pending_ = false;
  return context(outcome.error(), "writing to the dead letters in " + topic_);
}

}  // namespace streamworker
