#include "table/session_table.h"

#include <algorithm>

#include "table/window_key.h"

namespace streamworker {

namespace {

int64_t millis(EventTime time) { return time.time_since_epoch().count(); }

}  // namespace

SessionTable::SessionTable(std::unique_ptr<store::TableState> state, AggregateParts parts,
                           store::RowBudget& budget, BadRecords& bad, Meters meters,
                           const SessionSettings& settings)
    : AggregateStep(std::move(state), std::move(parts), budget, bad, meters),
      settings_(settings),
      time_(settings.sources) {}

Result<void> SessionTable::load() {
  if (auto done = AggregateStep::load(); !done) return done;
  time_.load(state().progress());
  auto rows = state().partition()->rows("", "");
  for (; rows.valid(); rows.next()) {
    const std::string_view place = store::Partition::key_of_row(rows);
    auto row = form_.read(rows.value());
    if (!row) return row.error();
    const Session session{start_of(place), row->last.value_or(start_of(place))};
    const std::string text(place.substr(kStartBytes));
    const auto closed = state().progress().closed;
    if (closed && settings_.sessions.is_closed(session, millis(*closed))) {
      closed_.insert({session.last, text, session.first});
    } else {
      open_[text].push_back(session);
      ends_.insert({session.last, text, session.first});
    }
  }
  return rows.status();
}

Result<void> SessionTable::late(const Meta& meta) {
  meters_.late.add();
  if (!settings_.keep_late) return {};
  return bad_.take(meta, "late", "the session of its time is closed");
}

Result<SessionTable::Rows::Entry*> SessionTable::row_at(int64_t first, std::string_view text) {
  place_.clear();
  append_start(first, place_);
  place_ += text;
  return rows_.find(place_);
}

Result<void> SessionTable::take(const Value* values, const Meta& meta) {
  const int64_t time = millis(meta.timestamp);
  std::vector<Session>& open = open_[key()];
  const auto place = settings_.sessions.place(time, open, time_.now());
  Result<void> done;
  if (!place)
    done = late(meta);
  else if (place->count == 1 && open[place->from] == place->session)
    done = extend(place->session, values, meta);
  else
    done = merge(*place, open, values, meta);
  if (open.empty()) open_.erase(key());
  if (done) time_.see(time);
  return done;
}

Result<void> SessionTable::extend(const Session& now, const Value* values, const Meta& meta) {
  auto found = row_at(now.first, key());
  if (!found) return found.error();
  Rows::Entry& entry = **found;
  const Shown what{values, key(), RowWindow{now.first, now.last}};
  const bool tells = parts_.read && !settings_.final;
  const bool old = tells && parts_.tell_old && tell_old(what, meta, entry.row);
  if (auto done = add(entry.row, values, meta); !done) {
    if (old) told().drop_last();
    return done;
  }
  rows_.change(entry);
  if (tells) tell(what, meta, entry.row, true);
  return {};
}

// The sessions that the record swallows, in the order of time, and then the record itself, in a row
// of its own; nothing has changed when the record is refused.
Result<void> SessionTable::merge(const Sessions::Place& place, std::vector<Session>& open,
                                 const Value* values, const Meta& meta) {
  TableRow row = form_.make();
  const auto first = open.begin() + static_cast<long>(place.from);
  const std::vector<Session> swallowed(first, first + static_cast<long>(place.count));
  for (const Session& session : swallowed) {
    auto found = row_at(session.first, key());
    if (!found) return found.error();
    if (auto done = parts_.calls->merge(row.state, (*found)->row.state); !done) return done;
  }
  if (auto done = add(row, values, meta); !done) return done;
  for (const Session& session : swallowed) {
    auto found = row_at(session.first, key());
    if (!found) return found.error();
    gone(session, **found, values, meta);
    ends_.erase({session.last, key(), session.first});
  }
  auto found = row_at(place.session.first, key());
  if (!found) return found.error();
  Rows::Entry& entry = **found;
  if (entry.exists) make_room(entry, place.session.first);
  entry.row = std::move(row);
  entry.row.last = place.session.last;
  entry.exists = true;
  rows_.change(entry);
  open.erase(first, first + static_cast<long>(place.count));
  open.insert(open.begin() + static_cast<long>(place.from), place.session);
  ends_.insert({place.session.last, key(), place.session.first});
  if (parts_.read && !settings_.final)
    tell({values, key(), RowWindow{place.session.first, place.session.last}}, meta, entry.row,
         true);
  return {};
}

// A closed session began at the same moment.
void SessionTable::make_room(Rows::Entry& entry, int64_t first) {
  const End end{entry.row.last.value_or(first), std::string(key()), first};
  if (closed_.erase(end) == 0) unsent_.emplace(end, std::move(entry.row));
}

void SessionTable::gone(const Session& session, Rows::Entry& entry, const Value* values,
                        const Meta& meta) {
  if (parts_.read && !settings_.final) {
    const Shown what{values, key(), RowWindow{session.first, session.last}};
    if (parts_.tell_old) tell_old(what, meta, entry.row);
    tell(what, meta, entry.row, false);
  }
  entry.row = form_.make();
  entry.exists = false;
  rows_.change(entry);
}

Result<void> SessionTable::advance(const Meta& at) {
  time_.keep(state().progress());
  const auto now = time_.now();
  if (!now) return {};
  if (auto done = close(*now, at); !done) return done;
  return expire(*now);
}

bool SessionTable::pass(std::optional<Duration> idle) {
  if (!settings_.close_when_idle || ends_.empty()) return false;
  const int64_t last = settings_.sessions.closes(ends_.rbegin()->last);
  return time_.close_when_idle(idle, settings_.close_when_idle, last);
}

Result<void> SessionTable::close(int64_t now, const Meta& at) {
  told().clear();
  bool any = false;
  while (!ends_.empty()) {
    const End end = *ends_.begin();
    if (!settings_.sessions.is_closed({end.first, end.last}, now)) break;
    any = true;
    auto unsent = unsent_.extract(end);
    if (settings_.final)
      if (auto sent = send(end, unsent ? &unsent.mapped() : nullptr, at); !sent) return sent;
    no_longer_open(end);
    if (!unsent) closed_.insert(end);
  }
  if (!any) return {};
  state().progress().closed = TableTime::event_time(now);
  return hand_on_told();
}

void SessionTable::no_longer_open(const End& end) {
  auto& open = open_[end.key];
  std::erase(open, Session{end.first, end.last});
  if (open.empty()) open_.erase(end.key);
  ends_.erase(end);
}

// A session at its close. `kept`: its row, where another has its place by now.
Result<void> SessionTable::send(const End& end, TableRow* kept, const Meta& at) {
  if (!parts_.read) return {};
  auto found = row_at(end.first, end.key);
  if (!found) return found.error();
  TableRow& row = kept != nullptr ? *kept : (*found)->row;
  std::vector<Value> values(parts_.key.size());
  if (!form_.key_of(row, end.key, values.data()))
    return stop("table " + name() + ": the key of a row is damaged");
  Meta meta = at;
  meta.timestamp = TableTime::event_time(end.last);
  row.shown = false;
  tell({values.data(), end.key, RowWindow{end.first, end.last}}, meta, row, true);
  row.shown = false;
  return {};
}

Result<void> SessionTable::expire(int64_t now) {
  while (!closed_.empty() && closed_.begin()->last + settings_.expires <= now) {
    const End& end = *closed_.begin();
    auto found = row_at(end.first, end.key);
    if (!found) return found.error();
    (*found)->row = form_.make();
    (*found)->exists = false;
    rows_.change(**found);
    closed_.erase(closed_.begin());
  }
  return {};
}

}  // namespace streamworker
