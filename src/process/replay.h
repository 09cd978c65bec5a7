// Records that `dead-letters replay` brought back (DESIGN 3.9).
//
// A record that was refused by a step after decode is replayed for its pipeline, or for one sink of
// it, and says so in headers. In the task that takes it
// - the steps on the way to that pipeline compute, but what they write elsewhere is left out;
// - the pipeline takes it, and every pipeline that reads it, up to their sinks; when one sink
//   refused it, that sink alone;
// - behind a repartition, which hands the headers on, everything takes it: it came from the
//   pipeline in question;
// - all else skips it, and so does every other application that reads the topic with this program.
// One that was refused by decode carries no such headers: nobody has taken it yet.
//
// A replayed record that is refused again is a new letter. When that happens before it reaches what
// it was replayed for, the letter is still one of that pipeline and sink.
//
// Rows go through a task in runs: of those that are not replayed, then of one target. So nothing of
// this costs anything per record but a look at whether there are headers.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "process/relay.h"

namespace streamworker {

constexpr std::string_view kReplayApp = "__streamworker.replay.app";
constexpr std::string_view kReplayPipeline = "__streamworker.replay.pipeline";
constexpr std::string_view kReplaySink = "__streamworker.replay.sink";

struct ReplayTarget {
  std::string_view app;
  std::string_view pipeline;
  std::string_view sink;  // empty: the whole pipeline
  bool operator==(const ReplayTarget&) const = default;
};

// None: it is no replayed record.
std::optional<ReplayTarget> replay_target(const Headers* headers);
// All but those of a replay, kept in `kept`: a record in an output topic is a new one. The same
// pointer when there is none.
const Headers* without_replay(const Headers* headers, std::deque<Headers>& kept);

// Which nodes of the plan the rows under way go through; null: all. One for each task.
struct ReplayWay {
  const std::vector<bool>* open = nullptr;
};

// Stands before the step of a node.
class ReplayGate final : public Relay {
 public:
  ReplayGate(const ReplayWay& way, size_t node) : way_(way), node_(node) {}
  Result<void> process(const Batch& batch) override {
    if (way_.open != nullptr && !(*way_.open)[node_]) return {};
    return hand_on(batch);
  }

 private:
  const ReplayWay& way_;
  size_t node_;
};

}  // namespace streamworker
