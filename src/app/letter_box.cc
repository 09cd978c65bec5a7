#include "app/letter_box.h"

#include <chrono>
#include <limits>

namespace streamworker {

namespace {

constexpr size_t kTake = 1000;
constexpr Duration kWait = std::chrono::milliseconds(100);
constexpr int kPatience = 300;  // waits without a record: 30 s
constexpr int kQuestions = 30;

enum class Some { None, More, Enough };

Result<Some> read_some(Consumer& consumer,
                       const std::function<Result<bool>(const Message&)>& each) {
  if (auto polled = consumer.poll(); !polled) return polled.error();
  auto messages = consumer.take(0, kTake);
  if (!messages) return messages.error();
  for (const Message& message : *messages) {
    auto more = each(message);
    if (!more) return more.error();
    if (!*more) return Some::Enough;
  }
  return messages->empty() ? Some::None : Some::More;
}

// The log gives a question one second, which a connection that is yet to be made may not be enough
// for.
Result<Offset> end_of(Log& log, Consumer& consumer, const TopicPartition& at) {
  for (int question = 1;; ++question) {
    auto end = log.stable_end(at);
    if (end || end.error().remedy != Remedy::Retry || question == kQuestions) return end;
    consumer.wait(kWait);
  }
}

// Of those at or above it.
bool means(const Marker& marker, const LetterId& id) {
  if (marker.pipeline.empty()) return id.step == "decode";
  return id.pipeline == marker.pipeline && id.sink == marker.sink &&
         (marker.step.empty() || id.step == marker.step);
}

}  // namespace

void LetterBox::add(const Message& message) {
  LetterRecord record = read_letter(message);
  if (auto* letter = std::get_if<Letter>(&record); letter != nullptr && letter->app == app_)
    add(std::move(*letter), message.offset);
  if (const auto* marker = std::get_if<Marker>(&record); marker != nullptr && marker->app == app_)
    add(*marker);
  const auto* note = std::get_if<ReplayNote>(&record);
  if (note == nullptr || note->app != app_) return;
  replayed_.insert(note->id);
  left_.erase(note->id);
}

// A letter that comes again says what the first one said.
void LetterBox::add(Letter letter, Offset stored) {
  if (replayed_.contains(letter.id)) return;
  letter.key.reset();
  letter.value.reset();
  letter.headers.clear();
  const LetterId id = letter.id;
  left_.try_emplace(id, StoredLetter{std::move(letter), stored});
}

// What it means is processed again, also what was replayed: where its topic was made anew, these
// are other records.
void LetterBox::add(const Marker& marker) {
  const LetterId first{marker.at, marker.start, {}, {}, {}};
  for (auto it = left_.lower_bound(first); it != left_.end() && it->first.at == marker.at;)
    it = means(marker, it->first) ? left_.erase(it) : std::next(it);
  for (auto it = replayed_.lower_bound(first); it != replayed_.end() && it->at == marker.at;)
    it = means(marker, *it) ? replayed_.erase(it) : std::next(it);
}

std::unique_ptr<Consumer> letter_consumer(Log& log, const std::string& app) {
  ConsumerSettings settings;
  settings.group = app;
  settings.client_id = app + "-dead-letters";
  return log.consumer(settings);
}

Result<void> read_all(Log& log, Consumer& consumer, const TopicPartition& at,
                      const std::function<Result<bool>(const Message&)>& each) {
  const auto marks = log.watermarks(at);
  if (!marks) return marks.error();
  const auto end = end_of(log, consumer, at);
  if (!end) return end.error();
  if (auto fetched = consumer.fetch({{at, marks->start}}); !fetched) return fetched;
  int idle = 0;
  while (consumer.position(0) < *end) {
    auto some = read_some(consumer, each);
    if (!some) return some.error();
    if (*some == Some::Enough) return {};
    idle = *some == Some::More ? 0 : idle + 1;
    if (idle > 0) consumer.wait(kWait);
    if (idle == kPatience)
      return retry(log.name() + " does not answer: " + to_string(at) +
                   " could not be read to its end");
  }
  return {};
}

// The log gives a question half a second: not enough for a connection that is yet to be made, nor
// while a transaction of a worker that was killed is not settled.
Result<std::vector<Committed>> settled_offsets(Consumer& consumer,
                                               const std::vector<TopicPartition>& of) {
  for (int question = 1;; ++question) {
    auto committed = consumer.all_committed(of);
    if (committed || committed.error().remedy != Remedy::Retry || question == kQuestions)
      return committed;
    consumer.wait(kWait);
  }
}

}  // namespace streamworker
