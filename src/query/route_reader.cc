#include "query/route_reader.h"

#include <algorithm>

namespace streamworker::query {

std::vector<std::string> key_texts(const TableRoute& route, const PathValues& path) {
  std::vector<std::string> texts;
  for (const auto& parts : route.key) {
    std::string& text = texts.emplace_back();
    for (const config::PathPart& part : parts)
      text += part.parameter ? path.at(part.text) : part.text;
  }
  return texts;
}

RouteReader::RouteReader(const TableRoute& route, TableReader& table, sql::Engine& engine)
    : route_(route),
      table_(table),
      select_(engine, route.row, "", route.select, ""),
      json_(select_.schema(), 0, false),
      row_(route.row.size()),
      out_(select_.schema().size()) {}

// False: the route has none.
bool RouteReader::fill_default(const std::vector<Value>& key) {
  if (!route_.defaults) return false;
  std::copy(key.begin(), key.end(), row_.begin());
  for (size_t i = 0; i < route_.defaults->size(); ++i) {
    const size_t slot = key.size() + i;
    const auto& text = (*route_.defaults)[i];
    row_[slot] = text ? constant_of(route_.row[slot], *text, arena_).value_or(Value()) : Value();
  }
  return true;
}

// What `key` stands for, where no field is called so.
void RouteReader::add_key() {
  const TableInfo& table = table_.table();
  if (row_.size() == table.shown.size()) return;
  if (table.plan->key.size() == 1) {
    row_.back() = row_.front();
    return;
  }
  std::string text;
  table.json.append_key(row_.data(), text);
  row_.back() = Value::of_json(arena_.copy(text));
}

Result<bool> RouteReader::append(const Readable& from, const std::string& text,
                                 const std::vector<Value>& key, std::string& out) {
  arena_.reset();
  auto found = table_.get(from, text, shown_);
  if (!found) return found;
  if (*found)
    std::copy_n(shown_.values(), table_.table().shown.size(), row_.begin());
  else if (!fill_default(key))
    return false;
  add_key();
  auto made = select_.run(row_.data(), Meta(), arena_, out_.data());
  if (!made) return context(made.error(), "the answer of the route cannot be made");
  json_.append_columns(out_.data(), out);
  return true;
}

}  // namespace streamworker::query
