// What stands in the dead-letter topic (DESIGN 3.9): letters, markers, and notes of what was
// replayed. All three are told apart, and read, by their headers.
//
// A letter is a record that could not be processed: key, value and timestamp as the task consumed
// it, its headers, and behind them one block of headers of ours, `__streamworker.errors.…`:
//   topic, partition, offset  where it was consumed
//   step                      decode, where, select, explode, key, sink or output
//   message                   why
//   app, pipeline             whose it is; decode concerns everything behind the topic: no pipeline
//   sink                      of a step that belongs to one sink of the pipeline: which (plan.h)
//   time                      when it was refused, RFC 3339
//   timestamp                 the record's in ms, where the dead-letter topic refuses it
//   cut                       what had to be left out since the topic takes no more
// Letters come at least once: LetterId says which are the same.
//
// A marker (`__streamworker.marker.{app,topic,partition,pipeline,sink,start,step}`) voids the
// earlier letters of that pipeline and sink at or above `start`, of one step or, without `step`, of
// all: they are processed again from there. One without a pipeline voids those of the step decode.
//
// A note (`__streamworker.replayed.{app,topic,partition,offset,step,pipeline,sink}`) says that this
// letter was replayed; it was written in the same transaction.
#pragma once

#include <compare>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "log/log.h"

namespace streamworker {

struct LetterId {
  TopicPartition at;
  Offset offset = 0;
  std::string step;
  std::string pipeline;
  std::string sink;
  auto operator<=>(const LetterId&) const = default;
};

struct Letter {
  LetterId id;
  std::string app;
  std::string message;
  std::string time;
  std::string cut;  // empty: it is whole
  EventTime timestamp{};
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;  // the record's own
};

struct Marker {
  std::string app;
  TopicPartition at;
  std::string pipeline;
  std::string sink;
  Offset start = 0;
  std::string step{};  // empty: of all steps
};

struct ReplayNote {
  std::string app;
  LetterId id;
};

// Headers whose texts live as long as this object.
class OwnedHeaders {
 public:
  OwnedHeaders() = default;
  OwnedHeaders(const OwnedHeaders&) = delete;
  OwnedHeaders& operator=(const OwnedHeaders&) = delete;
  void add(std::string name, std::optional<std::string> value);
  const Headers& get() const { return headers_; }

 private:
  std::deque<std::string> texts_;
  Headers headers_;
};

// The block of a letter's own headers, behind those of its record. `timestamp`: see above.
void add_block(const Letter& letter, std::optional<EventTime> timestamp, OwnedHeaders& to);
void add_block(const Marker& marker, OwnedHeaders& to);
void add_block(const ReplayNote& note, OwnedHeaders& to);

using LetterRecord = std::variant<std::monostate, Letter, Marker, ReplayNote>;
// monostate: it is none of ours.
LetterRecord read_letter(const Message& message);

}  // namespace streamworker
