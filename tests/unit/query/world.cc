#include "unit/query/world.h"

#include "query/key_place.h"
#include "record/key.h"
#include "record/murmur2.h"

namespace streamworker::query {

namespace {

config::File parse(const std::string& tables, const std::string& stream) {
  return config::parse_text(
      "app: shop\nstreams:\n"
      "  a: {key: id, schema: {id: string, n: int, t: \"string?\"}" +
          stream + "}\ntables:\n" + tables,
      "shop.yaml");
}

template <class T>
T require(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

std::string bounds(const RowWindow& window) {
  return std::to_string(window.start / 1000) + "-" + std::to_string(window.end / 1000);
}

}  // namespace

World::World(const std::string& tables_text, const std::string& stream)
    : file(parse(tables_text, stream)), plan(compile(file)), tables(plan, clock), readers(clock) {
  owner->beat(clock.steady());
}

void World::open(const std::string& table, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    partitions_[table].push_back(std::make_shared<store::Partition>(
        require(store::Partition::open(folder_ / (table + std::to_string(i)), nullptr))));
    tables.show({table, i, count, partitions_[table].back(), owner});
  }
}

void World::add(const std::string& table, const Where& where, std::vector<Value> values) {
  const TablePlan& plan_of = *info(table).plan;
  Aggregates calls(plan_of.calls);
  const TableRowForm form(calls, plan_of.key);
  std::string key = where.window;
  REQUIRE(*KeyText(plan_of.key.fields()).append(values.data(), key));
  store::Partition& to = *partitions_[table][static_cast<size_t>(where.partition)];
  const auto before = require(to.get(key));
  TableRow row = before ? require(form.read(*before)) : form.make();
  REQUIRE(calls.add(row.state, values.data() + plan_of.key.size()));
  form.keep_key(values.data(), row);
  row.last = where.last;
  std::string bytes;
  form.append(row, bytes);
  REQUIRE(to.write({{key, bytes}}, {}));
}

void World::add(const std::string& table, std::vector<Value> values) {
  std::string key;
  REQUIRE(*KeyText(info(table).plan->key.fields()).append(values.data(), key));
  add(table, {java_partition(key, static_cast<int32_t>(partitions_[table].size()))},
      std::move(values));
}

std::string World::get(const std::string& table, const std::string& key) {
  const TableInfo& of = info(table);
  const auto text = key_text(of.plan->key, key);
  if (!text) return "no key";
  const auto from = tables.readable(of, *text);
  if (!from) return from.error().message;
  const auto reader = readers.lend();
  ShownRow row;
  if (!require(reader->of(of).get(*from, *text, row))) return "absent";
  std::string out;
  of.json.append_columns(row.values(), out);
  return out;
}

void World::pass(const std::string& table, int64_t stream_time) {
  store::Stored stored;
  stored.progress.stream_time = EventTime(std::chrono::milliseconds(stream_time));
  for (const auto& partition : partitions_[table]) REQUIRE(partition->write({}, stored));
}

std::vector<std::string> World::windows(const std::string& table, const std::string& key,
                                        const WindowsAsked& asked) {
  const TableInfo& of = info(table);
  const auto reader = readers.lend();
  std::vector<std::string> all;
  REQUIRE(find_windows(reader->of(of), require(tables.readable(of, key)), key, asked,
                       [&](const ShownRow& row) {
                         std::string line = bounds(*row.window()) + ' ';
                         of.json.append_columns(row.values(), line);
                         all.push_back(std::move(line));
                       }));
  return all;
}

std::vector<std::string> World::rows(const std::string& table, const Range& range) {
  const TableInfo& of = info(table);
  const auto reader = readers.lend();
  const auto cursor = open_rows(reader->of(of), require(tables.readable(of)), range);
  std::vector<std::string> all;
  while (require(cursor->next())) {
    std::string line;
    if (const auto& window = cursor->row().window()) line = bounds(*window) + ' ';
    of.json.append_key(cursor->row().values(), line);
    line += ' ';
    of.json.append_columns(cursor->row().values(), line);
    all.push_back(std::move(line));
  }
  return all;
}

std::string World::sql(const std::string& statement, const SqlLimits& limits) {
  const auto reader = readers.lend();
  const auto answer = reader->sql(tables).run(statement, limits);
  if (!answer)
    return (answer.error().remedy == Remedy::Retry ? "later: " : "") + answer.error().message;
  const size_t rows = answer->find("\"rows\":") + 7;
  return answer->substr(rows, answer->size() - rows - 1);
}

}  // namespace streamworker::query
