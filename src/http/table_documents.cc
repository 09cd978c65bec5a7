#include "http/table_documents.h"

#include "base/human.h"
#include "query/row_place.h"

namespace streamworker::http {

namespace {

double seconds(Duration of) { return std::chrono::duration<double>(of).count(); }

void write_fields(JsonWriter& json, std::string_view name, const Schema& shown, size_t from,
                  size_t to) {
  json.key(name).begin_array();
  for (size_t i = from; i < to; ++i)
    json.begin_object()
        .member("name", shown[i].name)
        .member("type", to_string(shown[i].type))
        .end_object();
  json.end_array();
}

void write_window(JsonWriter& json, const std::optional<config::Window>& window) {
  json.key("window");
  if (!window) {
    json.null();
    return;
  }
  const char* const kind = window->tumbling ? "tumbling" : window->hopping ? "hopping" : "session";
  json.begin_object().member("kind", kind).member("size_seconds", seconds(window->size()));
  if (window->hopping) json.member("every_seconds", seconds(*window->every));
  json.end_object();
}

std::string time_text(int64_t ms) { return format_time(WallTime(std::chrono::milliseconds(ms))); }

void write_key(JsonWriter& json, const query::TableInfo& table, const query::ShownRow& row) {
  std::string text;
  table.json.append_key(row.values(), text);
  json.key("key").raw(text);
}

void write_rest(JsonWriter& json, const query::TableInfo& table, const query::ShownRow& row) {
  if (row.window())
    json.key("window")
        .begin_object()
        .member("start", time_text(row.window()->start))
        .member("end", time_text(row.window()->end))
        .end_object();
  std::string text;
  table.json.append_columns(row.values(), text);
  json.key("value").raw(text).end_object();
}

}  // namespace

void write_partitions(JsonWriter& json, const std::vector<int32_t>& here, int32_t of) {
  json.key("partitions").begin_object().key("here").begin_array();
  for (const int32_t partition : here) json.value(partition);
  json.end_array().key("of");
  if (of == 0)
    json.null();
  else
    json.value(of);
  json.end_object();
}

std::string workers_document(const std::vector<query::WorkerStatus>& workers) {
  JsonWriter json;
  json.begin_object().key("workers").begin_array();
  for (const auto& [name, entry, silent] : workers) {
    json.begin_object().member("worker", name).member("address", entry.address);
    json.member("silent_seconds", std::chrono::duration<double>(silent).count());
    json.key("tables").begin_array();
    for (const auto& [table, partitions] : entry.tables) {
      json.begin_object().member("name", table);
      write_partitions(json, partitions.here, partitions.of);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

void write_table(JsonWriter& json, const query::TableInfo& table, const std::vector<int32_t>& here,
                 int32_t of) {
  json.begin_object().member("name", table.name);
  write_fields(json, "key", table.shown, 0, table.plan->key.size());
  write_fields(json, "columns", table.shown, table.first_column(), table.shown.size());
  write_window(json, table.plan->window);
  if (table.plan->global) json.key("global").value(true);
  write_partitions(json, here, of);
  json.end_object();
}

void write_row(JsonWriter& json, const query::TableInfo& table, const query::ShownRow& row) {
  json.begin_object();
  write_key(json, table, row);
  write_rest(json, table, row);
}

void write_gone(JsonWriter& json, const query::TableInfo& table, std::string_view place) {
  std::string key;
  query::append_key(table, place, key);
  json.begin_object().key("key").raw(key);
  if (table.windowed()) {
    const int64_t start = query::start_in(place);
    json.key("window").begin_object().member("start", time_text(start)).key("end");
    if (table.windows->hops)
      json.value(time_text(table.windows->hops->end(start)));
    else
      json.null();
    json.end_object();
  }
  json.key("value").null().end_object();
}

void begin_windows(JsonWriter& json, const query::TableInfo& table, const query::ShownRow& row) {
  json.begin_object();
  write_key(json, table, row);
  json.key("windows").begin_array();
}

void write_window_row(JsonWriter& json, const query::TableInfo& table, const query::ShownRow& row) {
  json.begin_object();
  write_rest(json, table, row);
}

}  // namespace streamworker::http
