// What a reset changes in the group's offsets: outputs that send again what leads to the tables.
#include <set>

#include "app/letter_box.h"
#include "app/table_reset.h"
#include "commit/group_metadata.h"

namespace streamworker {

namespace {

// The outputs of a stage whose position is the group's: those behind a table are told by it.
std::set<std::string> outputs_of(const Stage& stage) {
  std::set<std::string> names;
  for (const Node& node : stage.nodes) {
    bool behind = false;
    for (int at = node.input; at >= 0; at = stage.nodes[static_cast<size_t>(at)].input)
      behind = behind ||
               std::holds_alternative<TablePlan>(stage.nodes[static_cast<size_t>(at)].operation);
    if (std::string name = kafka_output(node); !behind && !name.empty()) names.insert(name);
  }
  return names;
}

}  // namespace

// Of the stages that send again, and of the tables', which are known from now on.
Result<std::vector<Committed>> TableReset::moved_offsets() {
  std::map<std::string, size_t> stages;  // by topic
  for (const auto& [stage, names] : what_.resent) stages[plan_.stages[stage].topic] = stage;
  for (const auto& [stage, node] : what_.tables) stages[plan_.stages[stage].topic] = stage;
  std::vector<TopicPartition> all;
  for (const auto& [topic, stage] : stages) {
    if (auto asked = ask_marks(topic); !asked) return asked.error();
    for (int32_t i = 0; i < topics_.at(topic).partitions; ++i) all.push_back({topic, i});
  }
  auto committed = settled_offsets(*consumer_, all);
  if (!committed) return committed;
  std::vector<Committed> moved;
  for (Committed& one : *committed) {
    const size_t stage = stages.at(one.at.topic);
    if (!one.offset && !what_.resent.contains(stage)) continue;  // the table alone says all
    if (auto done = move(stage, one); !done) return done.error();
    moved.push_back(std::move(one));
  }
  return moved;
}

// A source's offset stays, and those that send again are behind it. All that is in a stage behind a
// repartition, and has no position of its own, sends again: it begins behind what was sent before.
Result<void> TableReset::move(size_t stage, Committed& committed) const {
  const Stage& of = plan_.stages[stage];
  auto read = read_metadata(committed.metadata);
  if (!read) return context(read.error(), to_string(committed.at));
  OutputPositions positions = std::move(*read);
  const Watermarks& marks = marks_.at(committed.at);
  const bool source = of.stream != nullptr;
  const auto resent = what_.resent.find(stage);
  const bool sends = resent != what_.resent.end();
  if (positions.all)
    for (const std::string& name : outputs_of(of)) positions.outputs[output_hash(name)];
  positions.all = false;
  if (positions.partitions == 0) positions.partitions = topics_.at(of.topic).partitions;
  if (sends && !source) {
    committed.offset = marks.end;
    positions.outputs.clear();
  }
  if (!committed.offset) committed.offset = marks.start;
  if (sends)
    for (const std::string& name : resent->second) {
      auto& position = positions.outputs[output_hash(name)];
      position.reset();
      if (source && marks.start < *committed.offset) position = marks.start;
    }
  for (const auto& [s, n] : what_.tables)
    if (s == stage) positions.outputs[table_hash(of.nodes[n].pipeline)];
  committed.metadata = to_metadata(positions);
  return {};
}

}  // namespace streamworker
