#include "codec/stream_fields.h"

#include <stdexcept>

#include "base/format.h"
#include "codec/json_key.h"
#include "codec/json_path.h"
#include "codec/stream_schema.h"
#include "record/utf8.h"

namespace streamworker {
namespace {

std::vector<FieldDecoder> compile(const config::Stream& stream, Arena& keep) {
  std::vector<FieldDecoder> fields;
  for (const config::Field& field : stream.schema) {
    try {
      fields.emplace_back(field, stream.coerce, keep);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(field.name + ": " + error.what());
    }
  }
  return fields;
}

size_t slot_of(const Schema& schema, const std::string& name) {
  const auto slot = schema.find(name);
  if (!slot) throw std::invalid_argument(name + ": there is no such field");
  return *slot;
}

// In milliseconds. None: null.
std::optional<int64_t> event_time_of(const Value& value) {
  const std::chrono::microseconds time(value.as_int());
  switch (value.kind()) {
    case Value::Kind::Timestamp:
      return std::chrono::floor<std::chrono::milliseconds>(time).count();
    case Value::Kind::Date:
      return value.as_int() * 86'400'000;
    case Value::Kind::Int:
      return value.as_int();
    default:
      return std::nullopt;
  }
}

}  // namespace

StreamFields::StreamFields(const config::Stream& stream)
    : schema_(stream_schema(stream)),
      fields_(compile(stream, keep_)),
      max_future_(stream.max_future) {
  for (const config::Text& name : stream.key) key_.push_back(slot_of(schema_, name.value));
  if (!stream.timestamp) return;
  timestamp_ = slot_of(schema_, stream.timestamp->value);
  const Type type = schema_[*timestamp_].type.type;
  if (type != Type::Timestamp && type != Type::Date && type != Type::Int)
    throw std::invalid_argument(stream.timestamp->value + ": a " + to_string({type}) +
                                " is not an event time");
}

Result<void> StreamFields::fill_from_key(size_t slot, const Meta& meta, Arena& arena,
                                         Value* row) const {
  const FieldDecoder& field = fields_[slot];
  bool good = false;
  if (!is_utf8(*meta.key)) return skip("the Kafka key is not UTF-8");
  if (key_.size() == 1) {
    good = field.from_plain(*meta.key, arena, row[slot]);
  } else {
    const auto index =
        static_cast<size_t>(std::find(key_.begin(), key_.end(), slot) - key_.begin());
    const auto part = read_json_key(*meta.key, index, key_.size(), arena);
    if (part && part->kind == JsonKeyPart::Kind::Null) {
      row[slot] = Value();
      good = field.nullable();
    } else if (part && part->kind == JsonKeyPart::Kind::String) {
      good = field.from_string(part->text, arena, row[slot]);
    } else if (part) {
      good = field.from_plain(part->text, arena, row[slot]);
    }
  }
  const std::string what = json_excerpt(*meta.key, 0);
  if (!good)
    return skip(fmt::format("the Kafka key {} has no {} for the field {}", what,
                            to_string(field.type()), field.name()));
  if (const std::string broken = field.broken_by(row[slot]); !broken.empty())
    return skip(fmt::format("the field {} in the Kafka key {} {}", field.name(), what, broken));
  return {};
}

Result<void> StreamFields::fill_keys(const Meta& meta, Arena& arena, Value* row) const {
  std::fill_n(row, schema_.size(), Value());
  if (!meta.key || fields_.empty()) return {};
  for (const size_t slot : key_) {
    if (auto filled = fill_from_key(slot, meta, arena, row); !filled) return filled;
  }
  return {};
}

Result<void> StreamFields::take_event_time(Meta& meta, WallTime wall, const Value* row) const {
  const auto millis = timestamp_ ? event_time_of(row[*timestamp_]) : std::nullopt;
  if (millis) meta.timestamp = EventTime(std::chrono::milliseconds(*millis));
  // Compared in milliseconds: anything may stand in a Kafka timestamp or an int.
  const EventTime latest = std::chrono::floor<std::chrono::milliseconds>(wall + max_future_);
  if (meta.timestamp.time_since_epoch() <= latest.time_since_epoch()) return {};
  return skip(
      fmt::format("{}: the event time, {} ms since the epoch, is further ahead of the clock "
                  "than max_future",
                  millis ? "$." + schema_[*timestamp_].name : "the Kafka timestamp",
                  meta.timestamp.time_since_epoch().count()));
}

}  // namespace streamworker
