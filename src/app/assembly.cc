#include "app/assembly.h"

namespace streamworker {

Assembly::Assembly(const Parts& parts, std::string owner, const std::function<void()>& wake)
    : parts_(parts), owner_(std::move(owner)), engine_(parts.clock), rows_(parts.row_bytes) {
  if (keeps_dead_letters(parts.plan)) letters_ = letters();
  for (const config::Database& database : parts.file.databases) {
    SinkOf& sink = sinks_[database.name];
    if (letters_) sink.letters = letters();
    sink.thread =
        std::make_unique<SinkThread>(database.name, open_database(database), parts.clock,
                                     SinkThread::Meters(parts.metrics, database.name), wake);
  }
}

Assembly::~Assembly() = default;

std::unique_ptr<DeadLetters> Assembly::letters() const {
  const std::string& topic = parts_.file.dead_letters.topic;
  return std::make_unique<DeadLetters>(parts_.log, parts_.file.app, topic, parts_.topics.at(topic),
                                       parts_.clock);
}

std::unique_ptr<Task> Assembly::make(const TopicPartition& at, Producer& producer) {
  for (const Stage& stage : parts_.plan.stages)
    if (stage.topic == at.topic)
      return build_task(parts_, stage, at,
                        {producer, engine_, rows_, sinks_, owner_, letters_.get()});
  throw std::logic_error("assigned a topic that no stage reads: " + at.topic);
}

std::vector<SinkThread*> Assembly::sinks() {
  std::vector<SinkThread*> all;
  for (auto& [name, sink] : sinks_) all.push_back(sink.thread.get());
  return all;
}

}  // namespace streamworker
