// The shapes of `tables`, and their keys.
#pragma once

#include <string>
#include <vector>

#include "config/fields.h"
#include "config/mapping.h"
#include "config/places.h"
#include "config/select.h"
#include "config/sinks.h"
#include "config/spec.h"

namespace streamworker::config {

// What a table is keyed by: a field, a list of fields, an expression, or {name: expression}.
struct KeyColumns {
  void read(const Spot& spot, std::vector<Column>& value) const;
  std::string kind() const { return "field or expression, list of fields, or {name: expression}"; }
  Tree schema() const;
  Tree show(const std::vector<Column>& value) const;
};

// {name: expression}, {name: {expr, type}} or a fold, {name: {init, next, type}}.
struct TableColumns {
  void read(const Spot& spot, std::vector<TableColumn>& value) const;
  std::string kind() const {
    return "mapping of name to expression, {expr, type} or {init, next, type}";
  }
  Tree schema() const;
  Tree show(const std::vector<TableColumn>& value) const;
};

// What a fold begins with: an expression, or nothing for SQL's NULL.
struct FoldInit {
  void read(const Spot& spot, Text& value) const {
    if (!spot.is_null()) return expression().read(spot, value);
    value = {"NULL", spot.yaml.at, spot.path};
  }
  std::string kind() const { return "expression"; }
  Tree schema() const { return expression_schema(); }
  Tree show(const Text& value) const { return expression().show(value); }
};

// A window's mapping, which remembers where it stands.
struct WindowKeys {
  void read(const Spot& spot, Window& value) const;
  std::string kind() const { return "mapping"; }
  Tree schema() const;
  Tree show(const Window& value) const;
};

template <class V>
void keys(V& v, Window& w) {
  const Span whole{std::chrono::milliseconds(1)};
  v("tumbling", w.tumbling, whole, "windows of this size, one after the other");
  v("hopping", w.hopping, whole, "windows of this size that overlap, a new one `every` …");
  v("every", w.every, whole, "of hopping: how far each window begins after the one before");
  v("session", w.session, whole,
    "records of a key belong together while none is further than this from the next");
  v("grace", w.grace, Span{Duration(0)},
    "how late a record may be; default: the size (at most `expires`), with `emit: final` 0");
  v("expires", w.expires, whole,
    "how long a row is kept after its window's end; default: the larger of 1h and twice the size");
  v("idle_timeout", w.idle_timeout, whole,
    "a source partition without records for so long holds nothing back (wall clock)");
  v("close_when_idle", w.close_when_idle, whole,
    "when nothing came for so long (wall clock), all open windows close");
  v("late", w.keep_late, Choice<bool>{{{"count", false}, {"dead_letter", true}}},
    "records that are too late: only counted, or also kept as dead letters");
}

// Of a fold.
template <class V>
void keys(V& v, TableColumn& c) {
  v("init", c.init, FoldInit{}, "what it is before the first record: a constant", Need::Required);
  v("next", c.expression, expression(),
    "what a record makes of it: SQL over the record's fields and the row's columns as they were",
    Need::Required);
  v("type", c.type, ResultType{}, "fixes its type");
}

template <class V>
void keys(V& v, Table& t) {
  v("from", t.from, Names{"stream, pipeline or table"},
    "what it reads; more than one: their union. Either this, with `columns`, or `topic`");
  v("where", t.where, expression(), "records for which this is not true are left out");
  v("key", t.key, KeyColumns{}, "what a row is for: field, expression, list or {name: expression}",
    Need::Required);
  v("window", t.window, WindowKeys{}, "a row for each key and window of event time");
  v("columns", t.columns, TableColumns{},
    "SQL over aggregate calls: sum(amount), count(*), sum(a) * 1.0 / count(*); or folds");
  v("having", t.having, expression(), "rows for which this is not true are not shown to readers");
  v("emit", t.emit, Choice<Emit>{{{"changes", Emit::Changes}, {"final", Emit::Final}}},
    "what its sinks and readers get: every change, or each window once, when it closes");
  v("ttl", t.ttl, Span{std::chrono::milliseconds(1)},
    "a row that was not changed for so long (stream time) is deleted; tables without `window`");
  v("sink", t.sinks, Sinks{}, "where its changes go; a row that is gone is a null or a DELETE");
  topic_keys(v, t.source);
  v("global", t.global, Flag{},
    "of a table of a topic: every worker holds all partitions, for itself, to be looked up");
}

}  // namespace streamworker::config
