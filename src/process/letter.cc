#include "process/letter.h"

#include <map>

#include "record/field_text.h"

namespace streamworker {

namespace {

constexpr std::string_view kLetter = "__streamworker.errors.";
constexpr std::string_view kMarker = "__streamworker.marker.";
constexpr std::string_view kNote = "__streamworker.replayed.";

// A block that is being written or was read: names without their prefix.
using Block = std::map<std::string, std::string, std::less<>>;

void add(std::string_view prefix, const std::string& name, const std::string& value,
         OwnedHeaders& to) {
  to.add(std::string(prefix) + name, value);
}

void add_place(std::string_view prefix, const TopicPartition& at, OwnedHeaders& to) {
  add(prefix, "topic", at.topic, to);
  add(prefix, "partition", std::to_string(at.partition), to);
}

void add_id(std::string_view prefix, const LetterId& id, OwnedHeaders& to) {
  add_place(prefix, id.at, to);
  add(prefix, "offset", std::to_string(id.offset), to);
  add(prefix, "step", id.step, to);
  add(prefix, "pipeline", id.pipeline, to);
  if (!id.sink.empty()) add(prefix, "sink", id.sink, to);
}

// Where the last block of this kind begins: a letter's record may be a letter itself.
std::optional<size_t> block_start(const Headers& headers, std::string_view prefix) {
  const std::string first = std::string(prefix) + "topic";
  for (size_t i = headers.size(); i-- > 0;)
    if (headers[i].name == first) return i;
  return {};
}

Block block_at(const Headers& headers, size_t start, std::string_view prefix) {
  Block block;
  for (size_t i = start; i < headers.size(); ++i)
    if (headers[i].name.substr(0, prefix.size()) == prefix)
      block[std::string(headers[i].name.substr(prefix.size()))] = headers[i].value.value_or("");
  return block;
}

int64_t number(const Block& block, const std::string& name) {
  const auto found = block.find(name);
  return found == block.end() ? 0 : parse_int(found->second).value_or(0);
}

std::string text(const Block& block, const std::string& name) {
  const auto found = block.find(name);
  return found == block.end() ? "" : found->second;
}

TopicPartition place(const Block& block) {
  return {text(block, "topic"), static_cast<int32_t>(number(block, "partition"))};
}

LetterId id_of(const Block& block) {
  return {place(block), number(block, "offset"), text(block, "step"), text(block, "pipeline"),
          text(block, "sink")};
}

std::optional<std::string> owned(const std::optional<std::string_view>& text) {
  if (!text) return {};
  return std::string(*text);
}

Letter letter_of(const Message& message, size_t start) {
  const Block block = block_at(*message.headers, start, kLetter);
  Letter letter{id_of(block),        text(block, "app"),   text(block, "message"),
                text(block, "time"), text(block, "cut"),   message.timestamp,
                owned(message.key),  owned(message.value), {}};
  if (block.contains("timestamp"))
    letter.timestamp = EventTime(std::chrono::milliseconds(number(block, "timestamp")));
  for (size_t i = 0; i < start; ++i)
    letter.headers.emplace_back((*message.headers)[i].name, owned((*message.headers)[i].value));
  return letter;
}

}  // namespace

void OwnedHeaders::add(std::string name, std::optional<std::string> value) {
  Header header;
  header.name = texts_.emplace_back(std::move(name));
  if (value) header.value = texts_.emplace_back(std::move(*value));
  headers_.push_back(header);
}

void add_block(const Letter& letter, std::optional<EventTime> timestamp, OwnedHeaders& to) {
  add_id(kLetter, letter.id, to);
  add(kLetter, "message", letter.message, to);
  add(kLetter, "app", letter.app, to);
  add(kLetter, "time", letter.time, to);
  if (timestamp)
    add(kLetter, "timestamp", std::to_string(timestamp->time_since_epoch().count()), to);
  if (!letter.cut.empty()) add(kLetter, "cut", letter.cut, to);
}

void add_block(const Marker& marker, OwnedHeaders& to) {
  add_place(kMarker, marker.at, to);
  add(kMarker, "app", marker.app, to);
  add(kMarker, "pipeline", marker.pipeline, to);
  if (!marker.sink.empty()) add(kMarker, "sink", marker.sink, to);
  add(kMarker, "start", std::to_string(marker.start), to);
  if (!marker.step.empty()) add(kMarker, "step", marker.step, to);
}

void add_block(const ReplayNote& note, OwnedHeaders& to) {
  add_id(kNote, note.id, to);
  add(kNote, "app", note.app, to);
}

LetterRecord read_letter(const Message& message) {
  if (message.headers == nullptr) return {};
  const Headers& headers = *message.headers;
  if (const auto start = block_start(headers, kLetter)) return letter_of(message, *start);
  if (const auto start = block_start(headers, kMarker)) {
    const Block block = block_at(headers, *start, kMarker);
    return Marker{text(block, "app"),  place(block),           text(block, "pipeline"),
                  text(block, "sink"), number(block, "start"), text(block, "step")};
  }
  if (const auto start = block_start(headers, kNote)) {
    const Block block = block_at(headers, *start, kNote);
    return ReplayNote{text(block, "app"), id_of(block)};
  }
  return {};
}

}  // namespace streamworker
