#include "source/record_key.h"

#include <stdexcept>

#include "codec/stream_schema.h"

namespace streamworker {

RecordKey::RecordKey(const config::Stream& stream) {
  if (stream.key.empty()) return;
  const Schema schema = stream_schema(stream);
  std::vector<Field> fields;
  for (const config::Text& name : stream.key) {
    const auto slot = schema.find(name.value);
    if (!slot) throw std::invalid_argument("no such field: " + name.value);
    slots_.push_back(*slot);
    fields.push_back(schema[*slot]);
  }
  decoder_ = std::make_unique<JsonDecoder>(stream);
  text_.emplace(fields);
  row_.resize(schema.size());
}

std::optional<std::string_view> RecordKey::of(std::string_view json) {
  if (!decoder_) return std::nullopt;
  arena_.reset();
  key_.clear();
  Meta meta;
  // How far ahead of the clock it is does not matter for a key.
  const WallTime never = WallTime::max() - std::chrono::hours(24 * 366 * 200);
  if (!decoder_->decode(json, meta, arena_, never, row_.data())) return std::nullopt;
  const auto made = text_->append(row_.data(), slots_, key_);
  if (!made || !*made) return std::nullopt;
  return key_;
}

}  // namespace streamworker
