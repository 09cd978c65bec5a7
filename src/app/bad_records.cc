#include "app/bad_records.h"

#include "base/human.h"
#include "base/log.h"

namespace streamworker {

PolicyAt::PolicyAt(BadPlace place, config::OnError policy, DeadLetters* letters,
                   ReplayRoutes* routes, Metrics& metrics)
    : place_(std::move(place)),
      policy_(policy),
      letters_(letters),
      routes_(routes),
      metrics_(metrics) {}

bool PolicyAt::on_its_way(const ReplayTarget& target) const {
  return !place_.node || !routes_->of(target).takes[*place_.node];
}

LetterId PolicyAt::id_of(const Meta& meta, const std::string& step) const {
  LetterId id{place_.at, meta.offset, step, place_.pipeline, place_.sink};
  if (routes_ == nullptr || meta.message == nullptr) return id;
  const auto target = replay_target(meta.message->headers);
  if (!target || !on_its_way(*target)) return id;
  id.pipeline = target->pipeline;
  id.sink = target->sink;
  return id;
}

Result<void> PolicyAt::take(const Meta& meta, const std::string& step, const std::string& message) {
  if (routes_ != nullptr && meta.headers != nullptr)
    if (const auto target = replay_target(meta.headers); target && routes_->foreign(*target))
      return {};  // another application's, which would not take it either
  const std::string what = in_words(meta, step, message);
  if (policy_ == config::OnError::Fail)
    return stop(what +
                "; to go on past such records set on_error: dead_letter or skip on their stream");
  const LetterId id = id_of(meta, step);
  if (auto kept = keep(meta, id, message); !kept) return kept;
  count(id);
  tell(policy_ == config::OnError::Skip ? "skipped" : "dead letter:", what);
  return {};
}

Result<void> PolicyAt::take_again(const Meta& meta, const std::string& step,
                                  const std::string& message) {
  return keep(meta, id_of(meta, step), message);
}

std::string PolicyAt::in_words(const Meta& meta, const std::string& step,
                               const std::string& message) const {
  const std::string of = place_.pipeline.empty() ? "" : " of " + place_.pipeline;
  const std::string to = place_.sink.empty() ? "" : " (" + place_.sink + ")";
  return fmt::format("bad record {}@{} in {}{}{}: {}", to_string(place_.at), meta.offset, step, of,
                     to, message);
}

void PolicyAt::tell(const char* outcome, const std::string& what) {
  int64_t digits = ++seen_;
  while (digits % 10 == 0) digits /= 10;
  if (seen_ > 10 && digits >= 10) return;
  log::warn("process", "{} {}{}", outcome, what,
            seen_ > 10 ? "; " + format_count(seen_) + " here by now" : "");
}

void PolicyAt::count(const LetterId& id) {
  const std::string& pipeline = id.pipeline.empty() ? place_.stage : id.pipeline;
  if (policy_ == config::OnError::Skip)
    metrics_
        .counter("records_dropped_total", "records that go nowhere, by reason",
                 {{"pipeline", pipeline}, {"reason", "skipped"}})
        .add();
  else
    metrics_
        .counter("dead_letters_total", "records kept in the dead-letter topic",
                 {{"pipeline", pipeline}, {"step", id.step}})
        .add();
}

Result<void> PolicyAt::keep(const Meta& meta, const LetterId& id, const std::string& message) {
  if (policy_ == config::OnError::Skip) return {};
  if (meta.message == nullptr)
    return stop("its message is gone; " + in_words(meta, id.step, message));
  return letters_->write(id, *meta.message, message);
}

}  // namespace streamworker
