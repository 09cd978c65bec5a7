#include "table/row.h"

#include "record/row_format.h"
#include "store/ordered.h"

namespace streamworker {

namespace {

constexpr char kVersion = 1;
constexpr char kShown = 1;
constexpr char kSession = 2;
constexpr char kAge = 4;

bool take_time(std::string_view& bytes, int64_t& time) {
  if (bytes.size() < store::kOrderedBytes) return false;
  time = store::ordered_of(bytes);
  bytes.remove_prefix(store::kOrderedBytes);
  return true;
}

}  // namespace

std::optional<int64_t> queue_time_of(std::string_view bytes) {
  int64_t time = 0;
  if (bytes.size() < 2 || (bytes[1] & kAge) == 0) return {};
  bytes.remove_prefix(2);
  if (!take_time(bytes, time)) return {};
  return time;
}

TableRowForm::TableRowForm(const Aggregates& calls, const Schema& key)
    : calls_(calls),
      width_(key.size()),
      plain_(key.size() == 1 && key[0].type.type == Type::String) {}

Result<TableRow> TableRowForm::read(std::string_view bytes) const {
  if (bytes.size() < 2 || bytes[0] != kVersion)
    return stop("a row of the table is damaged, or was written by a newer streamworker");
  TableRow row;
  row.shown = (bytes[1] & kShown) != 0;
  const char flags = bytes[1];
  bytes.remove_prefix(2);
  bool whole = true;
  if ((flags & kSession) != 0) whole = take_time(bytes, row.last.emplace());
  if ((flags & kAge) != 0) {
    RowAge& age = row.age.emplace();
    age.placed = true;
    whole = whole && take_time(bytes, age.queued) && take_time(bytes, age.changed);
  }
  if (!whole) return stop("a row of the table is damaged: it is cut off");
  uint64_t size = 0;
  if (!take_varint(bytes, size) || size > bytes.size())
    return stop("a row of the table is damaged: its key is cut off");
  row.key = bytes.substr(0, size);
  bytes.remove_prefix(size);
  auto state = calls_.read(bytes);
  if (!state) return state.error();
  row.state = std::move(*state);
  return row;
}

void TableRowForm::append(const TableRow& row, std::string& out) const {
  out += kVersion;
  out += static_cast<char>((row.shown ? kShown : 0) | (row.last ? kSession : 0) |
                           (row.age ? kAge : 0));
  if (row.last) store::append_ordered(*row.last, out);
  if (row.age) {
    store::append_ordered(row.age->queued, out);
    store::append_ordered(row.age->changed, out);
  }
  append_varint(row.key.size(), out);
  out += row.key;
  calls_.append(row.state, out);
}

void TableRowForm::keep_key(const Value* values, TableRow& row) const {
  if (plain_ || !row.key.empty()) return;
  for (size_t i = 0; i < width_; ++i) append_value(values[i], row.key);
}

bool TableRowForm::key_of(const TableRow& row, std::string_view text, Value* values) const {
  if (plain_) {
    *values = Value::of_string(text);
    return true;
  }
  std::string_view bytes = row.key;
  for (size_t i = 0; i < width_; ++i)
    if (!take_value(bytes, values[i])) return false;
  return true;
}

}  // namespace streamworker
