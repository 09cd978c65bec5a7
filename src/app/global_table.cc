#include "app/global_table.h"

#include <algorithm>
#include <utility>

#include "app/bad_records.h"
#include "base/human.h"
#include "base/log.h"
#include "store/tell_rows.h"

namespace streamworker {

namespace {

constexpr const char* kFolder = "global";  // below the table's own
// Half of what Kafka keeps a null value for at least (delete.retention.ms) unless it is told.
constexpr Duration kNullsStay = std::chrono::hours(12);
constexpr Duration kSayAgain = std::chrono::hours(1);

}  // namespace

GlobalTable::GlobalTable(const Parts& parts, const Stage& stage, sql::Engine& engine)
    : parts_(parts),
      stage_(stage),
      engine_(engine),
      batch_(stage.input),
      consumed_(parts.metrics.counter("records_consumed_total", "records taken",
                                      {{"stream", stage.name}})),
      tap_(parts.taps == nullptr ? nullptr : &parts.taps->table(stage.name)) {
  const int32_t partitions = parts.topics.at(stage.topic).partitions;
  for (int32_t i = 0; i < partitions; ++i) inputs_.push_back(make_input(i));
}

const TablePlan& GlobalTable::plan() const {
  return std::get<TablePlan>(stage_.nodes.back().operation);
}

GlobalTable::Input GlobalTable::make_input(int32_t partition) {
  Input input{{stage_.topic, partition}};
  const auto counter = [&](const char* reason) {
    return parts_.metrics.counter("records_dropped_total", "records that go nowhere, by reason",
                                  {{"pipeline", stage_.name}, {"reason", reason}});
  };
  const auto bad = [&](const std::string& pipeline) -> BadRecords& {
    input.bad.push_back(
        std::make_unique<PolicyAt>(BadPlace{input.at, stage_.name, pipeline, {}, {}},
                                   stage_.on_error, nullptr, nullptr, parts_.metrics));
    return *input.bad.back();
  };
  input.decoder = std::make_unique<StreamDecoder>(*stage_.stream, partition, parts_.clock, bad(""),
                                                  counter("null_key"));
  input.rows =
      std::make_unique<NewestRows>(plan().calls, plan().key, bad(stage_.name), counter("null_key"));
  if (stage_.nodes.size() == 1) return input;
  const auto& copies = std::get<TransformPlan>(stage_.nodes.front().operation);
  input.transform = std::make_unique<Transform>(
      sql::Expressions(engine_, stage_.input, "", copies.columns, stage_.topic), std::nullopt,
      bad(stage_.name),
      parts_.metrics.counter("records_filtered_total", "records that a where kept out",
                             {{"pipeline", stage_.name}}));
  input.transform->then(*input.rows);
  return input;
}

Result<void> GlobalTable::open() {
  if (auto opened = open_rows(); !opened) return opened;
  bool gone = false;
  for (Input& input : inputs_) {
    const auto located = locate(input);
    if (!located) return located.error();
    gone = gone || !*located;
  }
  if (!gone) return {};
  if (auto done = throw_away("records that it had not read are gone from there"); !done)
    return done;
  for (Input& input : inputs_) input.next = 0;
  return open();
}

void GlobalTable::close() {
  rows_.reset();
  records_ = 0;
  for (Input& input : inputs_) input.next = 0;
}

Result<void> GlobalTable::open_rows() {
  if (rows_) return {};
  const std::string folder = fmt::format("{}/{}/{}", parts_.state_folder, stage_.name, kFolder);
  auto opened = store::Partition::open(folder, parts_.blocks);
  if (!opened) return opened.error();
  rows_ = std::make_shared<store::Partition>(std::move(*opened));
  if (!rows_->set_aside().empty()) {
    log::error("store", "{} was damaged: it lies in {} now, and topic {} is read again", folder,
               rows_->set_aside(), stage_.topic);
    parts_.metrics.counter("stores_set_aside_total", "damaged folders of tables", {}).add();
  }
  return throw_away_if_old();
}

// Empty: it is not.
std::string GlobalTable::why_old() const {
  const store::Progress& progress = rows_->stored()->progress;
  if (progress.fingerprint != plan().fingerprint) return "its definition has changed";
  if (progress.incarnation != parts_.log.incarnation()) return "the log is another one";
  if (parts_.clock.wall() - rows_->stored()->written > kNullsStay)
    return fmt::format(
        "it was written more than {} ago, and the topic may have forgotten null "
        "values since",
        format_duration(kNullsStay));
  return {};
}

Result<void> GlobalTable::throw_away_if_old() {
  if (!rows_->stored()) return {};
  const std::string why = why_old();
  return why.empty() ? Result<void>() : throw_away(why);
}

Result<void> GlobalTable::throw_away(const std::string& why) {
  log::info("store", "table {} is read from topic {} again: {}", stage_.name, stage_.topic, why);
  return rows_->clear();
}

// Where it goes on, and the end that it has now. False: what lies between is not there any more.
Result<bool> GlobalTable::locate(Input& input) {
  const auto marks = parts_.log.watermarks(input.at);
  if (!marks) return marks.error();
  const auto end = parts_.log.stable_end(input.at);
  if (!end) return end.error();
  if (rows_->stored())
    for (const Position& one : rows_->stored()->progress.inputs)
      if (one.at == input.at) input.next = std::max(input.next, one.offset);
  if (input.next > marks->end)
    return stop(fmt::format(
        "{} ends at {}, but was read up to {} before: the topic was made anew, or cut. Remove {}, "
        "and it is read from the beginning again",
        to_string(input.at), marks->end, input.next, rows_->folder()));
  const bool follows = input.next >= marks->start || !rows_->stored();
  input.next = input.begin = std::max(input.next, marks->start);
  input.goal = *end;
  return follows;
}

Result<void> GlobalTable::take(Input& input, std::span<const Message> messages) {
  while (!messages.empty()) {
    batch_.clear();
    input.rows->clear();
    const auto decoded = input.decoder->decode(messages, batch_);
    if (!decoded) return decoded.error();
    if (!batch_.empty()) input.event_time = batch_.meta(batch_.size() - 1).timestamp;
    Step& first = input.transform ? static_cast<Step&>(*input.transform) : *input.rows;
    if (auto done = first.process(batch_); !done) return done;
    const Offset before = std::exchange(input.next, messages[*decoded - 1].offset + 1);
    if (auto written = write(input.rows->changes()); !written) {
      input.next = before;
      return written;
    }
    store::tell_rows(tap_, input.at.partition, input.rows->changes());
    records_ += static_cast<int64_t>(*decoded);
    consumed_.add(static_cast<double>(*decoded));
    messages = messages.subspan(*decoded);
  }
  return {};
}

Result<void> GlobalTable::write(const std::vector<store::RowChange>& rows) {
  store::Stored stored;
  for (const Input& input : inputs_) stored.progress.inputs.push_back({input.at, input.next});
  stored.progress.fingerprint = plan().fingerprint;
  stored.progress.incarnation = parts_.log.incarnation();
  stored.written = parts_.clock.wall();
  return rows_->write(rows, stored);
}

Result<void> GlobalTable::keep(bool now) {
  if (!rows_ || !complete()) return {};
  const bool long_ago =
      !rows_->stored() || parts_.clock.wall() - rows_->stored()->written > kSayAgain;
  return now || long_ago ? write({}) : Result<void>();
}

bool GlobalTable::complete() const {
  return rows_ && std::all_of(inputs_.begin(), inputs_.end(),
                              [](const Input& input) { return input.next >= input.goal; });
}

int64_t GlobalTable::percent() const {
  Offset all = 0;
  Offset done = 0;
  for (const Input& input : inputs_) {
    all += std::max<Offset>(input.goal - input.begin, 0);
    done += std::clamp<Offset>(input.next - input.begin, 0,
                               std::max<Offset>(input.goal - input.begin, 0));
  }
  return all == 0 ? 100 : done * 100 / all;
}

}  // namespace streamworker
