#include "query/row_place.h"

#include "record/json_text.h"
#include "table/window_key.h"

namespace streamworker::query {

size_t key_at(const TableInfo& table) {
  if (!table.windowed()) return 0;
  return table.windows->panes ? kStartBytes + kSkipBytes : kStartBytes;
}

int64_t start_in(std::string_view place) { return start_of(place); }

// A key of several fields stands there as JSON already.
void append_key(const TableInfo& table, std::string_view place, std::string& out) {
  const std::string_view text = place.substr(key_at(table));
  const Schema& key = table.plan->key;
  if (key.size() > 1) {
    out += text;
    return;
  }
  Arena arena;
  if (const auto value = FieldText(key[0]).parse(text, arena))
    table.json.append_key(&*value, out);
  else
    append_json_string(text, out);
}

}  // namespace streamworker::query
