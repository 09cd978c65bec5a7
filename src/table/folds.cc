#include "table/folds.h"

#include <algorithm>
#include <set>

namespace streamworker {

namespace {

// The calls whose results these columns name; the first one stands in `values` at `first`.
std::vector<size_t> results_in(const std::vector<sql::Column>& columns, const Schema& values,
                               size_t first) {
  std::set<size_t> calls;
  for (const sql::Column& column : columns)
    for (const Field& field : sql::named_in(column.expression, values))
      if (const auto slot = values.find(field.name); slot && *slot >= first)
        calls.insert(*slot - first);
  return {calls.begin(), calls.end()};
}

}  // namespace

Schema named_by_folds(const FoldShape& shape, const Schema& values, size_t calls,
                      const Schema& seen) {
  std::vector<Field> fields(values.fields().begin(),
                            values.fields().end() - static_cast<long>(calls));
  fields.insert(fields.end(), shape.record.fields().begin(), shape.record.fields().end());
  fields.insert(fields.end(), seen.fields().begin(), seen.fields().end());
  return Schema(std::move(fields));
}

Folds::Folds(sql::Engine& engine, const Aggregates& calls, const FoldShape& shape,
             const Schema& values, size_t key_width)
    : record_width_(shape.record.size()),
      place_width_(values.size() - calls.size()),
      values_(calls, key_width, values.size(), results_in(shape.seen, values, place_width_)),
      named_(place_width_ + record_width_ + shape.seen.size()),
      seen_(engine, values, "", shape.seen, ""),
      nexts_(engine, named_by_folds(shape, values, calls.size(), seen_.schema()), "", shape.nexts,
             "") {}

Result<void> Folds::run(const RowPlace& place, const AggregateRow& state, const Record& record,
                        Arena& arena, Value* out) {
  values_.fill(place, state, arena);
  Value* const of_record = std::copy_n(values_.data(), place_width_, named_.data());
  Value* const of_row = std::copy_n(record.values, record_width_, of_record);
  if (auto seen = seen_.run(values_.data(), record.meta, arena, of_row); !seen) return seen.error();
  if (auto made = nexts_.run(named_.data(), record.meta, arena, out); !made) return made.error();
  return {};
}

}  // namespace streamworker
