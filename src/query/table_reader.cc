#include "query/table_reader.h"

#include "base/format.h"
#include "table/window_key.h"

namespace streamworker::query {

std::string_view ShownRow::key_text() const {
  return std::string_view(place_).substr(window_ ? kStartBytes : 0);
}

TableReader::TableReader(const TableInfo& table, sql::Engine& engine)
    : table_(table),
      calls_(table.plan->calls),
      form_(calls_, table.plan->key),
      view_(engine, calls_,
            {table.plan->values, table.plan->key.size(), table.plan->columns, table.plan->having}) {
}

Result<void> TableReader::merge(TableRow& into, std::string_view bytes) const {
  auto row = form_.read(bytes);
  if (!row) return row.error();
  return calls_.merge(into.state, row->state);
}

std::optional<RowWindow> TableReader::window_of(std::string_view place, const TableRow& row) const {
  if (place.size() < kStartBytes) return std::nullopt;
  const int64_t start = start_of(place);
  const auto& hops = table_.windows->hops;
  return RowWindow{start, hops ? hops->end(start) : row.last.value_or(start)};
}

Result<bool> TableReader::show(std::string_view place, TableRow row, ShownRow& out) {
  out.arena_.reset();
  out.place_ = place;
  out.values_.resize(table_.shown.size());
  out.row_ = std::move(row);
  out.window_.reset();
  if (table_.windowed()) out.window_ = window_of(place, out.row_);
  std::vector<Value> key(table_.plan->key.size());
  if (out.window_.has_value() != table_.windowed() ||
      !form_.key_of(out.row_, out.key_text(), key.data()))
    return stop(fmt::format("a row of table {} is damaged", table_.name));
  auto shown =
      view_.show({key.data(), out.window_}, out.row_.state, Meta(), out.arena_, out.values_.data());
  if (!shown)
    return context(shown.error(),
                   fmt::format("the row of key {} in table {}", out.key_text(), table_.name));
  return shown;
}

Result<bool> TableReader::get(const Readable& from, std::string_view key, ShownRow& out) {
  for (const auto& partition : from.rows) {
    auto bytes = partition->get(key);
    if (!bytes) return bytes.error();
    if (!*bytes) continue;
    auto row = form_.read(**bytes);
    if (!row) return row.error();
    return show(key, std::move(*row), out);
  }
  return false;
}

}  // namespace streamworker::query
