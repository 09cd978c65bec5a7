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

std::optional<std::string_view> copied(const std::optional<std::string_view>& text, Arena& arena) {
  if (!text) return {};
  return arena.copy(*text);
}

}  // namespace

Value* Batch::keep(const Value* row, const Meta& meta, bool whole) {
  Meta bare = meta;
  bare.key.reset();
  bare.headers = nullptr;
  bare.message = nullptr;
  if (whole && meta.message != nullptr) bare.message = keep_message(*meta.message);
  Value* kept = add(bare);
  for (size_t slot = 0; slot < width_; ++slot) kept[slot] = copied(row[slot], arena_);
  return kept;
}

const Message* Batch::keep_message(const Message& message) {
  if (messages_used_ > 0 && messages_[messages_used_ - 1].message.offset == message.offset)
    return &messages_[messages_used_ - 1].message;
  if (messages_used_ == messages_.size()) messages_.emplace_back();
  Kept& kept = messages_[messages_used_++];
  kept.message = message;
  kept.message.key = copied(message.key, arena_);
  kept.message.value = copied(message.value, arena_);
  if (message.headers == nullptr) return &kept.message;
  kept.headers.clear();
  for (const Header& header : *message.headers)
    kept.headers.push_back({arena_.copy(header.name), copied(header.value, arena_)});
  kept.message.headers = &kept.headers;
  return &kept.message;
}

}  // namespace streamworker
