#include "runtime/restorer.h"

#include <algorithm>

#include "base/human.h"
#include "base/log.h"

namespace streamworker {

namespace {

constexpr size_t kTake = 10'000;
constexpr Duration kTellAbove = std::chrono::seconds(1);
constexpr Duration kSilence = std::chrono::seconds(3);  // of a consumer: it is made anew

// With a changelog that does not belong to the rows on the disk.
std::string what_to_do(const std::string& table) {
  return fmt::format(
      "Bring it back; or stop the workers, remove the folders of this table from the state folders "
      "of all hosts, and run `streamworker reset --table {}`, which builds it again from its "
      "source",
      table);
}

}  // namespace

Restorer::Restorer(Log& log, const Clock& clock, Metrics& metrics, const ConsumerSettings& settings)
    : log_(log), clock_(clock), metrics_(metrics), settings_(settings) {
  settings_.client_id += "-restore";
  settings_.instance.clear();
}

void Restorer::clear() {
  items_.clear();
  reading_.clear();
  consumer_.reset();
}

Result<bool> Restorer::step() {
  if (items_.empty()) return false;
  auto begun = begin_all();
  if (!begun) return begun;
  const Duration now = clock_.steady();
  if (*begun || fetch_again_ || (!reading_.empty() && now - moved_at_ > kSilence)) {
    moved_at_ = now;
    fetch_again_ = false;
    if (auto fetched = fetch(); !fetched) return fetched.error();
  }
  auto taken = take();
  if (!taken) return taken;
  if (*taken) moved_at_ = now;
  const bool all = std::all_of(items_.begin(), items_.end(),
                               [](const Item& item) { return item.table->state().is_loaded(); });
  if (all) clear();
  return *begun || *taken;
}

// True: one more.
Result<bool> Restorer::begin_all() {
  bool begun = false;
  for (Item& item : items_) {
    if (item.restore) continue;
    auto one = begin(item);
    if (!one) return one;
    begun = begun || *one;
  }
  return begun;
}

// False: its folder is still open elsewhere.
Result<bool> Restorer::begin(Item& item) {
  store::TableState& state = item.table->state();
  if (auto opened = state.open(); !opened) {
    if (opened.error().remedy == Remedy::Stop) return opened.error();
    return false;
  }
  const auto& set_aside = state.partition()->set_aside();
  if (!set_aside.empty()) {
    log::error("store", "{} was damaged: it lies in {} now, and is filled from {} again",
               state.place().folder, set_aside, to_string(state.place().changelog));
    metrics_.counter("stores_set_aside_total", "damaged folders of tables", {}).add();
  }
  const auto marks = log_.watermarks(state.place().changelog);
  if (!marks) return marks.error();
  if (auto fits = check(state, *marks); !fits) return fits.error();
  if (!state.partition()->stored() && marks->end > marks->start)
    metrics_.counter("restores_total", "restores of tables, by how much", {{"kind", "full"}}).add();
  item.restore = std::make_unique<store::Restore>(*state.partition(), settings_.fetch_bytes);
  item.begin = std::max(item.restore->start(), marks->start);
  item.reached = item.begin;
  item.end = marks->end;
  item.since = clock_.steady();
  return true;
}

Result<void> Restorer::check(const store::TableState& state, const Watermarks& marks) const {
  const auto& stored = state.partition()->stored();
  if (!stored || stored->changelog <= marks.end) return {};
  const store::TablePlace& place = state.place();
  return stop(fmt::format(
      "{} ends at {}, but {} has seen it up to {}: the topic was deleted, made anew or cut. {}",
      to_string(place.changelog), marks.end, place.folder, stored->changelog,
      what_to_do(place.table)));
}

// The rows go, and all come from the changelog.
Result<void> Restorer::begin_anew(Item& item, const std::string& why) {
  const store::TableState& state = item.table->state();
  log::info("store", "{} {}: it is filled from {} again", state.place().folder, why,
            to_string(state.place().changelog));
  item.restore.reset();
  return state.partition()->clear();
}

// A new consumer each time: one that was told to read a partition again from where it had reached
// the end does not say so a second time, and what lies before the end may be a marker alone.
Result<void> Restorer::fetch() {
  consumer_ = log_.consumer(settings_);
  reading_.clear();
  std::vector<Position> positions;
  for (size_t i = 0; i < items_.size(); ++i) {
    if (!items_[i].restore || items_[i].table->state().is_loaded()) continue;
    reading_.push_back(i);
    positions.push_back({items_[i].table->state().place().changelog, items_[i].reached});
  }
  return consumer_->fetch(positions);
}

Result<bool> Restorer::take() {
  bool any = false;
  if (consumer_)
    if (auto polled = consumer_->poll(); !polled) return polled.error();
  for (size_t k = 0; k < reading_.size(); ++k) {
    Item& item = items_[reading_[k]];
    if (!item.restore || item.table->state().is_loaded()) continue;
    auto taken = take(item, k);
    if (!taken) return context(taken.error(), to_string(item.table->state().place().changelog));
    any = any || *taken;
  }
  return any;
}

// From the k-th partition that is read. True: it went forward.
Result<bool> Restorer::take(Item& item, size_t k) {
  auto messages = consumer_->take(k, kTake);
  if (!messages) return messages.error();
  auto records = *messages;
  while (!records.empty() && records.back().offset >= item.end)
    records = records.first(records.size() - 1);
  // Behind the last commit is a marker of Kafka's at least, so the end does not say what follows.
  if (!records.empty() && item.table->state().is_too_old(clock_.wall())) {
    auto anew = begin_anew(item, "was not used for so long that deletions may be gone since");
    if (!anew) return anew.error();
    return true;
  }
  if (auto taken = item.restore->take(records); !taken) {
    if (!item.restore->foreign()) return taken.error();
    return stop(taken.error().message + ". " + what_to_do(item.table->name()));
  }
  if (item.restore->replaced()) {
    if (auto anew = begin_anew(item, "is of before a reset"); !anew) return anew.error();
    return true;
  }
  item.reached = std::max(item.reached, consumer_->position(k));
  return item.reached < item.end ? Result<bool>(!records.empty()) : end(item);
}

// True: it went forward.
Result<bool> Restorer::end(Item& item) {
  if (item.restore->within_commit()) return read_on(item);
  if (auto done = finish(item); !done) return done.error();
  return true;
}

// The end lies in the middle of a commit: of a member that has the partition by now, which ours was
// not told yet. The rest of it follows; if nothing does, the changelog is not whole.
Result<bool> Restorer::read_on(Item& item) {
  const auto marks = log_.watermarks(item.table->state().place().changelog);
  if (!marks) return marks.error();
  if (marks->end <= item.end) return item.restore->finish(item.end, clock_.wall()).error();
  item.reached = item.end;  // what lay behind was left out
  item.end = marks->end;
  fetch_again_ = true;
  return true;
}

Result<void> Restorer::finish(Item& item) {
  store::TableState& state = item.table->state();
  if (auto done = item.restore->finish(item.end, clock_.wall()); !done) return done;
  metrics_
      .counter(
          "restored_rows_total",
          "rows that were read before tables were there: of changelogs, of global tables' topics",
          {{"table", item.table->name()}})
      .add(static_cast<double>(item.restore->records()));
  const Duration took = clock_.steady() - item.since;
  if (took >= kTellAbove)
    log::info("store", "{} restored: {} rows in {}", to_string(state.place().changelog),
              item.restore->records(), format_elapsed(took));
  if (auto loaded = state.loaded(); !loaded) return loaded;
  return item.table->load();
}

std::string Restorer::waits_for() const {
  if (items_.empty()) return {};
  const auto open = std::find_if(items_.begin(), items_.end(),
                                 [](const Item& item) { return !item.table->state().is_loaded(); });
  const Item& item = open == items_.end() ? items_.front() : *open;
  const auto& place = item.table->state().place();
  if (!item.restore)
    return fmt::format("waiting for {}, which another process has open", place.folder);
  const Offset all = std::max<Offset>(item.end - item.begin, 1);
  return fmt::format("restoring {}[{}]: {} %", place.table, place.changelog.partition,
                     (item.reached - item.begin) * 100 / all);
}

}  // namespace streamworker
