#include "table/row_view.h"

#include <algorithm>
#include <numeric>

namespace streamworker {

namespace {

constexpr int64_t kMicros = 1000;  // of a millisecond

std::vector<size_t> all_of(const Aggregates& calls) {
  std::vector<size_t> all(calls.size());
  std::iota(all.begin(), all.end(), size_t{0});
  return all;
}

}  // namespace

Value kept(const Value& value, Arena& arena) {
  if (!value.is_view()) return value;
  const std::string_view text = arena.copy(value.as_view());
  if (value.kind() == Value::Kind::String) return Value::of_string(text);
  return value.kind() == Value::Kind::Json ? Value::of_json(text) : Value::of_bytes(text);
}

Value timestamp_of(int64_t ms) { return Value::of_timestamp(ms * kMicros); }

void RowValues::fill(const RowPlace& place, const AggregateRow& state, Arena& arena) {
  std::copy_n(place.key, key_width_, values_.data());
  size_t at = key_width_;
  if (place.window) {
    values_[at++] = timestamp_of(place.window->start);
    values_[at++] = timestamp_of(place.window->end);
  }
  for (const size_t i : filled_) values_[at + i] = kept(calls_.result(state, i, arena), arena);
}

RowView::RowView(sql::Engine& engine, const Aggregates& calls, const Shape& shape)
    : calls_(calls),
      values_(calls, shape.key_width, shape.values.size(), all_of(calls)),
      columns_(engine, shape.values, "", shape.columns, "") {
  if (shape.having.empty()) return;
  std::vector<Field> fields = columns_.schema().fields();
  for (size_t i = shape.values.size() - calls.size(); i < shape.values.size(); ++i)
    fields.push_back(shape.values[i]);
  judged_.resize(fields.size());
  having_.emplace(engine, Schema(std::move(fields)), shape.having, std::vector<sql::Column>(), "");
}

Result<bool> RowView::show(const RowPlace& place, const AggregateRow& state, const Meta& meta,
                           Arena& arena, Value* out) {
  values_.fill(place, state, arena);
  if (auto made = columns_.run(values_.data(), meta, arena, out); !made || !having_) return made;
  std::copy_n(out, schema().size(), judged_.begin());
  std::copy_n(values_.results(), calls_.size(),
              judged_.begin() + static_cast<long>(schema().size()));
  return having_->run(judged_.data(), meta, arena, nullptr);
}

}  // namespace streamworker
