#include "record/batch.h"

namespace streamworker {
namespace {

Value copied(const Value& value, Arena& arena) {
  if (!value.is_view()) return value;
  const std::string_view copy = arena.copy(value.as_view());
  switch (value.kind()) {
    case Value::Kind::Bytes:
      return Value::of_bytes(copy);
    case Value::Kind::Json:
      return Value::of_json(copy);
    default:
      return Value::of_string(copy);
  }
}

}  // namespace

Value* Batch::keep(const Value* row, const Meta& meta) {
  Meta bare = meta;
  bare.key.reset();
  bare.headers = nullptr;
  Value* kept = add(bare);
  for (size_t slot = 0; slot < width_; ++slot) kept[slot] = copied(row[slot], arena_);
  return kept;
}

}  // namespace streamworker
