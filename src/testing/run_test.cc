#include "testing/run_test.h"

#include <algorithm>
#include <functional>

#include "base/format.h"
#include "config/yaml_value.h"
#include "testing/came.h"
#include "testing/interleaving.h"
#include "testing/same.h"

namespace streamworker::testing {

namespace {

using config::Yaml;
using Names = std::vector<std::string>;
using Yamls = std::vector<Yaml>;

std::vector<std::string> lines_of(const Yamls& values) {
  std::vector<std::string> out;
  out.reserve(values.size());
  for (const Yaml& value : values) out.push_back(flow_of(value));
  return out;
}

Check check_of(Check::Kind kind, size_t index, std::string what, const Yamls& expected,
               const Yamls& came) {
  return {kind, index, std::move(what), lines_of(expected), lines_of(came), false};
}

// `always`, and what any of the expected mappings names.
Names named_in(const Yamls& expected, Names always, const Names& more) {
  for (const std::string& name : more)
    if (std::any_of(expected.begin(), expected.end(),
                    [&](const Yaml& one) { return one.find(name) != nullptr; }))
      always.push_back(name);
  return always;
}

// Of a mapping what is named. `always`: what counts as null when it is not.
bool fits(const Yaml& expected, const Yaml& came, const Names& always) {
  for (const std::string& name : always)
    if (expected.find(name) == nullptr && came.find(name)->value.kind != Yaml::Kind::Null)
      return false;
  return std::all_of(expected.entries.begin(), expected.entries.end(), [&](const auto& entry) {
    const Yaml& other = came.find(entry.key)->value;
    if (entry.key == "timestamp")
      return config::test_time(entry.value.text) == config::test_time(other.text);
    if (entry.key == "key" && entry.value.kind != Yaml::Kind::Null)
      return other.kind != Yaml::Kind::Null && text_of(entry.value) == other.text;
    return same(entry.value, other);
  });
}

bool same_bound(const Yaml& expected, const Yaml& came, const char* bound) {
  const auto* one = expected.find(bound);
  return one != nullptr &&
         config::test_time(one->value.text) == config::test_time(came.find(bound)->value.text);
}

// A row of a table; keys that are texts and numbers are the same when they are written alike.
bool fits_row(const Yaml& expected, const Yaml& came) {
  const auto* window = expected.find("window");
  const auto* came_in = came.find("window");
  if ((window == nullptr) != (came_in == nullptr)) return false;
  if (window != nullptr && !(same_bound(window->value, came_in->value, "start") &&
                             same_bound(window->value, came_in->value, "end")))
    return false;
  const Yaml& key = expected.find("key")->value;
  const Yaml& other = came.find("key")->value;
  const bool scalars = key.kind == Yaml::Kind::Scalar && other.kind == Yaml::Kind::Scalar;
  return (scalars ? key.text == other.text : same(key, other)) &&
         same(expected.find("value")->value, came.find("value")->value);
}

// In any order.
bool same_set(const Yamls& expected, const Yamls& came,
              const std::function<bool(const Yaml&, const Yaml&)>& alike) {
  if (expected.size() != came.size()) return false;
  std::vector<bool> taken(came.size());
  return std::all_of(expected.begin(), expected.end(), [&](const Yaml& one) {
    for (size_t i = 0; i < came.size(); ++i) {
      if (taken[i] || !alike(one, came[i])) continue;
      taken[i] = true;
      return true;
    }
    return false;
  });
}

class Checks {
 public:
  Checks(Sandbox& sandbox, const config::Expect& expect) : sandbox_(sandbox), expect_(expect) {}

  Result<std::vector<Check>> run() {
    for (size_t i = 0; i < expect_.topics.size(); ++i)
      if (auto done = topic(i); !done) return done.error();
    for (size_t i = 0; i < expect_.tables.size(); ++i)
      if (auto done = table(i); !done) return done.error();
    for (size_t i = 0; i < expect_.rows.size(); ++i)
      if (auto done = rows(i); !done) return done.error();
    if (expect_.log) log();
    if (expect_.dead_letters)
      if (auto done = letters(); !done) return done.error();
    for (size_t i = 0; i < expect_.counters.size(); ++i) counter(i);
    for (size_t i = 0; i < expect_.queries.size(); ++i) answer(i);
    return std::move(checks_);
  }

 private:
  Result<void> topic(size_t index) {
    const config::ExpectedTopic& wanted = expect_.topics[index];
    auto came = sandbox_.topic(wanted.topic.value);
    if (!came) return context(came.error(), wanted.topic.path);
    const bool raw = !named_in(wanted.records, {}, {"raw"}).empty();
    const Names always = {"key", raw ? "raw" : "value"};
    const Names named = named_in(wanted.records, always, {"timestamp", "headers", "partition"});
    Yamls records;
    std::vector<int32_t> partitions;
    for (const Came& one : *came) {
      records.push_back(record(one, named));
      partitions.push_back(one.partition);
    }
    Check check = check_of(Check::Kind::Topic, index, "topics." + wanted.topic.value,
                           wanted.records, records);
    check.same = Interleaving(wanted.records.size(), partitions, [&](size_t e, size_t c) {
                   return fits(wanted.records[e], records[c], always);
                 }).exists();
    checks_.push_back(std::move(check));
    return {};
  }

  Result<void> table(size_t index) {
    const config::ExpectedTable& wanted = expect_.tables[index];
    auto found = sandbox_.table(wanted.table.value);
    if (!found) return context(found.error(), wanted.table.path);
    Yamls came;
    for (const CameRow& one : *found) came.push_back(table_row(one));
    Check check =
        check_of(Check::Kind::Table, index, "tables." + wanted.table.value, wanted.rows, came);
    check.same = same_set(wanted.rows, came, fits_row);
    checks_.push_back(std::move(check));
    return {};
  }

  Result<void> rows(size_t index) {
    const config::ExpectedRows& wanted = expect_.rows[index];
    auto found = sandbox_.query(wanted.database.value, wanted.sql.value);
    if (!found) return context(found.error(), wanted.sql.path);
    Yamls came;
    for (const auto& values : found->rows) came.push_back(row(values));
    Check check = check_of(Check::Kind::Rows, index,
                           fmt::format("databases.{}: {}", wanted.database.value, wanted.sql.value),
                           wanted.rows, came);
    check.same = std::equal(wanted.rows.begin(), wanted.rows.end(), came.begin(), came.end(), same);
    checks_.push_back(std::move(check));
    return {};
  }

  void log() {
    Yamls expected;
    Yamls came;
    for (const Yaml& line : *expect_.log) expected.push_back(text(text_of(line)));
    for (const std::string& line : sandbox_.lines()) came.push_back(text(line));
    Check check = check_of(Check::Kind::Log, 0, "log", expected, came);
    check.same = check.expected == check.came;
    checks_.push_back(std::move(check));
  }

  Result<void> letters() {
    const config::File& file = sandbox_.file();
    LetterBox box(file.app);
    if (auto found = sandbox_.log().describe(file.dead_letters.topic); !found || *found) {
      auto read = read_all(sandbox_.log(), *letter_consumer(sandbox_.log(), file.app),
                           {file.dead_letters.topic, 0}, [&](const Message& message) {
                             box.add(message);
                             return Result<bool>(true);
                           });
      if (!read) return read;
    }
    const Names all = {"stream", "partition", "offset", "stage", "pipeline", "message"};
    const Names some = named_in(*expect_.dead_letters, {}, all);
    const Names& named = some.empty() ? all : some;
    Yamls came;
    for (const auto& [id, stored] : box.left()) came.push_back(letter(file, stored, named));
    Check check = check_of(Check::Kind::Letters, 0, "dead_letters", *expect_.dead_letters, came);
    check.same = same_set(*expect_.dead_letters, came,
                          [](const Yaml& a, const Yaml& b) { return fits(a, b, {}); });
    checks_.push_back(std::move(check));
    return {};
  }

  void counter(size_t index) {
    const config::ExpectedCounter& wanted = expect_.counters[index];
    const double came = sandbox_.counter(wanted.name.value);
    checks_.push_back({Check::Kind::Counter,
                       index,
                       "counters." + wanted.name.value,
                       {fmt::format("{}", wanted.value)},
                       {fmt::format("{}", came)},
                       wanted.value == came});
  }

  void answer(size_t index) {
    const config::ExpectedAnswer& wanted = expect_.queries[index];
    if (!wanted.sql.value.empty()) return sql(index);
    const http::Response came = sandbox_.get(wanted.get.value);
    const std::string what = "GET " + wanted.get.value;
    if (wanted.status)
      checks_.push_back({Check::Kind::Status,
                         index,
                         what + " status",
                         {std::to_string(*wanted.status)},
                         {std::to_string(came.status)},
                         *wanted.status == came.status});
    if (!wanted.body) return;
    const Yaml body = json(came.body);
    Check check = check_of(Check::Kind::Body, index, what, {*wanted.body}, {body});
    check.same = same(*wanted.body, body);
    checks_.push_back(std::move(check));
  }

  void sql(size_t index) {
    const config::ExpectedAnswer& wanted = expect_.queries[index];
    const Yaml body = json(sandbox_.sql(wanted.sql.value).body);
    const auto* rows = body.find("rows");
    // What was refused says why.
    const Yamls came = rows != nullptr ? rows->value.items : Yamls{body};
    Check check = check_of(Check::Kind::Sql, index, "sql: " + wanted.sql.value, wanted.rows, came);
    check.same = rows != nullptr &&
                 std::equal(wanted.rows.begin(), wanted.rows.end(), came.begin(), came.end(), same);
    checks_.push_back(std::move(check));
  }

  Sandbox& sandbox_;
  const config::Expect& expect_;
  std::vector<Check> checks_;
};

std::string place_of(const config::TestFile& file, const config::GivenStep& step) {
  return fmt::format("{}:{}:{}: {}", file.path, step.at.line, step.at.column, step.path);
}

void run_steps(const config::TestFile& file, const config::Test& test, Outcome& outcome) {
  Sandbox sandbox(file);
  if (auto started = sandbox.start(); !started) {
    outcome.error = "the worker does not start: " + started.error().message;
    return;
  }
  for (const config::GivenStep& step : test.given) {
    if (auto done = sandbox.apply(step.what); done)
      continue;
    else
      outcome.error = place_of(file, step) + ": the worker stops: " + done.error().message;
    return;
  }
  if (auto done = sandbox.commit(); !done) {
    outcome.error = "the last commit: " + done.error().message;
    return;
  }
  auto checks = Checks(sandbox, test.expect).run();
  if (checks)
    outcome.checks = std::move(*checks);
  else
    outcome.error = checks.error().message;
}

}  // namespace

bool Outcome::passed() const {
  return error.empty() &&
         std::all_of(checks.begin(), checks.end(), [](const Check& one) { return one.same; });
}

Outcome run_test(const config::TestFile& file, const config::Test& test, const Clock& clock) {
  Outcome outcome;
  outcome.name = test.name;
  const Duration before = clock.steady();
  run_steps(file, test, outcome);
  outcome.took = clock.steady() - before;
  return outcome;
}

}  // namespace streamworker::testing
