#include "http/table_feed.h"

#include <algorithm>

#include "http/table_documents.h"
#include "query/window_rows.h"

namespace streamworker::http {

TableFeed::TableFeed(std::unique_ptr<Taps::Listener> listener, std::optional<int64_t> limit,
                     const Source& from)
    : TapFeed(std::move(listener), limit, from.clock),
      from_(from),
      here_(from.tables.here(from.table)) {}

std::string TableFeed::start() {
  JsonWriter json;
  json.begin_object().member("table", from_.table.name);
  write_partitions(json, here_.first, here_.second);
  return json.end_object().take();
}

std::string TableFeed::over() {
  if (from_.tables.here(from_.table) == here_) return {};
  return "the table's partitions that are here are others now, or the worker stops";
}

void TableFeed::show(const TapEvent& event, const Say& say) {
  if (!event.key) return;
  const bool panes = from_.table.windowed() && from_.table.windows->panes;
  if (panes)
    show_windows(event, say);
  else
    show_row(event, say);
}

void TableFeed::show_row(const TapEvent& event, const Say& say) {
  JsonWriter json;
  if (event.value) {
    const auto reader = from_.readers.lend();
    query::TableReader& rows = reader->of(from_.table);
    auto row = rows.read(*event.value);
    if (!row) return say_error(row.error(), say);
    query::ShownRow shown;
    const auto seen = rows.show(*event.key, std::move(*row), shown);
    if (!seen) return say_error(seen.error(), say);
    if (*seen) write_row(json, from_.table, shown);
  }
  if (json.text().empty()) write_gone(json, from_.table, *event.key);
  say(json.text());
}

void TableFeed::show_windows(const TapEvent& event, const Say& say) {
  if (!event.value) return;
  const auto here = from_.tables.readable(from_.table);
  if (!here) return;  // it is over, or its rows are being restored
  const auto& numbers = here->partitions;
  const auto found = std::find(numbers.begin(), numbers.end(), event.partition);
  if (found == numbers.end()) return;
  const store::Partition& rows = *here->rows[static_cast<size_t>(found - numbers.begin())];
  const auto reader = from_.readers.lend();
  const auto done = query::find_windows_of(reader->of(from_.table), rows, *event.key,
                                           [&](const query::ShownRow& row) {
                                             JsonWriter json;
                                             write_row(json, from_.table, row);
                                             say(json.text());
                                           });
  if (!done) say_error(done.error(), say);
}

void TableFeed::say_error(const Error& error, const Say& say) const {
  say(JsonWriter().begin_object().member("error", error.message).end_object().text());
}

}  // namespace streamworker::http
