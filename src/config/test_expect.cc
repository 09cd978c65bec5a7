// The shape of what a test expects.
#include <algorithm>

#include "base/format.h"
#include "config/keys.h"
#include "config/test_steps.h"

namespace streamworker::config {

namespace {

// Each must be a mapping with no other keys.
void check_names(const Spot& spot, const std::vector<std::string>& known) {
  if (!spot.is_map()) return spot.unexpected("a mapping");
  for (const Yaml::Entry& entry : spot.yaml.entries)
    if (std::find(known.begin(), known.end(), entry.key) == known.end())
      spot.reading.problem(
          entry.at, spot.path,
          fmt::format("unknown key {}{}", quote(entry.key), suggestion(entry.key, known)));
}

// The items as they stand there; none when there is no list.
std::vector<Yaml> items_of(const Spot& spot, const std::string& what) {
  if (spot.is_list()) return spot.yaml.items;
  spot.unexpected("a list of " + what);
  return {};
}

std::vector<Yaml> mappings_of(const Spot& spot, const std::vector<std::string>& known) {
  std::vector<Yaml> all = items_of(spot, "mappings");
  for (size_t i = 0; i < all.size(); ++i) check_names(spot.item(i), known);
  return all;
}

struct TopicRecords {
  void read(const Spot& spot, std::vector<ExpectedTopic>& value) const {
    if (!spot.is_map()) return spot.unexpected("a mapping of topics to lists of records");
    for (const Yaml::Entry& entry : spot.yaml.entries) {
      const Spot records = spot.child(entry);
      value.push_back(
          {{entry.key, entry.at, records.path},
           mappings_of(records, {"key", "value", "raw", "timestamp", "headers", "partition"})});
    }
  }
};

struct TableRows {
  void read(const Spot& spot, std::vector<ExpectedTable>& value) const {
    if (!spot.is_map()) return spot.unexpected("a mapping of tables to lists of rows");
    for (const Yaml::Entry& entry : spot.yaml.entries) {
      const Spot rows = spot.child(entry);
      value.push_back(
          {{entry.key, entry.at, rows.path}, mappings_of(rows, {"key", "window", "value"})});
      check_rows(rows);
    }
  }

 private:
  static void check_rows(const Spot& rows) {
    for (size_t i = 0; i < rows.yaml.items.size(); ++i)
      for (const char* name : {"key", "value"})
        if (rows.yaml.items[i].find(name) == nullptr)
          rows.item(i).problem(fmt::format("a row has a {}", name));
  }
};

struct QueryRows {
  void read(const Spot& spot, std::vector<Yaml>& value) const {
    value = items_of(spot, "rows");
    for (size_t i = 0; i < value.size(); ++i)
      if (!spot.item(i).is_list()) spot.item(i).unexpected("a row: a list of values");
  }
};

struct DatabaseRows {
  void read(const Spot& spot, std::vector<ExpectedRows>& value) const;
};

struct Lines {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<std::vector<Yaml>>& value) const {
    value = items_of(spot, "lines");
  }
};

struct Letters {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<std::vector<Yaml>>& value) const {
    value = mappings_of(spot, {"stream", "partition", "offset", "stage", "pipeline", "message"});
  }
};

struct Counters {
  void read(const Spot& spot, std::vector<ExpectedCounter>& value) const {
    if (!spot.is_map()) return spot.unexpected("a mapping of metrics to numbers");
    for (const Yaml::Entry& entry : spot.yaml.entries) {
      ExpectedCounter one{{entry.key, entry.at, path_of(spot.path, entry.key)}, 0};
      read_value(spot.child(entry), Number{}, one.value);
      value.push_back(std::move(one));
    }
  }
};

struct Body {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<Yaml>& value) const { value = spot.yaml; }
};

struct Answers {
  void read(const Spot& spot, std::vector<ExpectedAnswer>& value) const;
};

}  // namespace

template <class V>
void keys(V& v, ExpectedRows& r) {
  v("sql", r.sql, TextOf{"query"}, "the query", Need::Required);
  v("rows", r.rows, QueryRows{}, "its rows, in order", Need::Required);
}
template <class V>
void keys(V& v, ExpectedAnswer& a) {
  v("get", a.get, TextOf{"path"}, "the path, as /pipelines");
  v("status", a.status, Whole{100, 599}, "");
  v("body", a.body, Body{}, "");
  v("sql", a.sql, TextOf{"query"}, "a query over the tables");
  v("rows", a.rows, QueryRows{}, "its rows, in order");
}
template <class V>
void keys(V& v, Expect& e) {
  v("topics", e.topics, TopicRecords{}, "");
  v("tables", e.tables, TableRows{}, "");
  v("databases", e.rows, DatabaseRows{}, "");
  v("log", e.log, Lines{}, "");
  v("dead_letters", e.dead_letters, Letters{}, "");
  v("counters", e.counters, Counters{}, "");
  v("queries", e.queries, Answers{}, "");
}

namespace {

template <class T>
std::vector<T> read_list(const Spot& spot, const std::string& what) {
  std::vector<T> out;
  if (!spot.is_list()) spot.unexpected("a list of " + what);
  for (size_t i = 0; spot.is_list() && i < spot.yaml.items.size(); ++i) {
    out.emplace_back();
    read_mapping(spot.item(i), out.back());
  }
  return out;
}

void DatabaseRows::read(const Spot& spot, std::vector<ExpectedRows>& value) const {
  if (!spot.is_map()) return spot.unexpected("a mapping of databases to lists of {sql, rows}");
  for (const Yaml::Entry& entry : spot.yaml.entries) {
    const Spot queries = spot.child(entry);
    for (ExpectedRows& one : read_list<ExpectedRows>(queries, "{sql, rows}")) {
      one.database = {entry.key, entry.at, queries.path};
      value.push_back(std::move(one));
    }
  }
}

// Either {get, status, body} or {sql, rows}.
void check_answer(const Spot& spot) {
  const auto has = [&](const char* key) { return spot.yaml.find(key) != nullptr; };
  if (has("get") == has("sql"))
    spot.problem("say `get`, a path, or `sql`, a query over the tables: one of them");
  else if (has("sql") != has("rows") || (has("sql") && (has("status") || has("body"))))
    spot.problem("`sql` goes with `rows`, and `get` with `status` and `body`");
}

void Answers::read(const Spot& spot, std::vector<ExpectedAnswer>& value) const {
  value = read_list<ExpectedAnswer>(spot, "{get, status, body} or {sql, rows}");
  for (size_t i = 0; i < value.size(); ++i)
    if (spot.item(i).is_map()) check_answer(spot.item(i));
}

}  // namespace

void Expected::read(const Spot& spot, Expect& value) const {
  read_mapping(spot, value);
  if (spot.is_null() || spot.yaml.entries.empty())
    spot.problem(
        "expect something: topics, tables, databases, log, dead_letters, counters or queries");
}

}  // namespace streamworker::config
