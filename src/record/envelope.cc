#include "record/envelope.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>

#include "record/decimal.h"
#include "record/murmur2.h"
#include "record/row_format.h"

namespace streamworker {
namespace {

constexpr size_t kIgnored = std::numeric_limits<size_t>::max();
constexpr unsigned char kTombstone = 1;
constexpr unsigned char kTakenBack = 2;
constexpr unsigned char kMark = 4;

// May a column of this type hold such a value? Columns without a type hold anything.
bool fits(Value::Kind kind, Type type) {
  if (kind == Value::Kind::Null) return true;
  switch (type) {
    case Type::Any:
      return true;
    case Type::String:
      return kind == Value::Kind::String;
    case Type::Int:
      return kind == Value::Kind::Int;
    case Type::Double:
      return kind == Value::Kind::Double;
    case Type::Bool:
      return kind == Value::Kind::Bool;
    case Type::Decimal:
      return kind == Value::Kind::Decimal;
    case Type::Timestamp:
      return kind == Value::Kind::Timestamp;
    case Type::Date:
      return kind == Value::Kind::Date;
    case Type::Uuid:
      return kind == Value::Kind::Uuid;
    case Type::Bytes:
      return kind == Value::Kind::Bytes;
    case Type::Json:
      return kind == Value::Kind::Json;
  }
  return false;
}

// An id for each column, by slot. Of two names with one hash the later in the alphabet gets the
// next free id, so that the order of the columns does not matter.
std::vector<uint16_t> name_ids(const Schema& schema) {
  std::map<std::string_view, uint16_t> by_name;
  std::vector<bool> taken(65'536);
  for (const Field& field : schema.fields()) by_name.emplace(field.name, uint16_t{0});
  for (auto& [name, id] : by_name) {
    id = static_cast<uint16_t>(murmur2(name));
    while (taken[id]) ++id;
    taken[id] = true;
  }
  std::vector<uint16_t> ids;
  for (const Field& field : schema.fields()) ids.push_back(by_name[field.name]);
  return ids;
}

Error damaged(const char* what) { return skip(std::string("damaged row: ") + what); }

}  // namespace

void append_mark(const EnvelopeMark& mark, std::string& out) {
  out += static_cast<char>(Envelope::kVersion);
  out += static_cast<char>(kMark);
  append_varint(static_cast<uint64_t>(static_cast<uint32_t>(mark.source)), out);
  char bytes[sizeof mark.passed];
  std::memcpy(bytes, &mark.passed, sizeof bytes);
  out.append(bytes, sizeof bytes);
  out += mark.idle ? '\1' : '\0';
}

std::optional<EnvelopeMark> mark_of(std::string_view bytes) {
  if (bytes.size() < 2 || static_cast<unsigned char>(bytes[0]) != Envelope::kVersion ||
      static_cast<unsigned char>(bytes[1]) != kMark)
    return {};
  bytes.remove_prefix(2);
  EnvelopeMark mark;
  uint64_t source = 0;
  if (!take_varint(bytes, source) || bytes.size() != sizeof mark.passed + 1) return {};
  mark.source = static_cast<int32_t>(source);
  std::memcpy(&mark.passed, bytes.data(), sizeof mark.passed);
  mark.idle = bytes.back() != 0;
  return mark;
}

Envelope::Envelope(const Schema& schema) : schema_(schema) {
  for (const uint16_t id : name_ids(schema)) {
    ids_ += static_cast<char>(id & 0xFFU);
    ids_ += static_cast<char>(id >> 8);
  }
}

void Envelope::append(const Value* row, const Meta& meta, std::string& out) const {
  out += static_cast<char>(kVersion);
  out += static_cast<char>((meta.deleted ? kTombstone : 0) | (meta.taken_back ? kTakenBack : 0));
  append_varint(static_cast<uint64_t>(static_cast<uint32_t>(meta.source_partition)), out);
  append_varint(schema_.size(), out);
  out += ids_;
  for (size_t slot = 0; slot < schema_.size(); ++slot) append_value(row[slot], out);
}

Result<void> Envelope::read(std::string_view bytes, Value* row, Meta& meta) {
  if (bytes.size() < 2) return damaged("too short");
  const auto version = static_cast<unsigned char>(bytes[0]);
  if (version != kVersion)
    return skip("a row of version " + std::to_string(version) + "; this program reads version " +
                std::to_string(kVersion));
  const auto flags = static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  uint64_t partition = 0;
  uint64_t count = 0;
  if (!take_varint(bytes, partition) || partition > std::numeric_limits<int32_t>::max() ||
      !take_varint(bytes, count) || count > bytes.size() / 3)
    return damaged("its head");
  const std::string_view ids = bytes.substr(0, count * 2);
  bytes.remove_prefix(ids.size());
  meta.source_partition = static_cast<int32_t>(partition);
  meta.deleted = (flags & kTombstone) != 0;
  meta.taken_back = (flags & kTakenBack) != 0;
  return read_values(bytes, ids, row);
}

Result<void> Envelope::read_values(std::string_view bytes, std::string_view ids, Value* row) {
  const bool same = ids == ids_;
  if (!same) {
    if (ids != foreign_ || slots_.size() != ids.size() / 2) map_ids(ids);
    std::fill_n(row, schema_.size(), Value());
  }
  for (size_t column = 0; column < ids.size() / 2; ++column) {
    const size_t slot = same ? column : slots_[column];
    Value value;
    if (!take_value(bytes, value)) return damaged("its values");
    if (slot == kIgnored) continue;
    if (auto fitted = fit(value, slot); !fitted) return fitted;
    row[slot] = value;
  }
  if (!bytes.empty()) return damaged("bytes behind its end");
  return {};
}

void Envelope::map_ids(std::string_view ids) {
  foreign_ = ids;
  slots_.assign(ids.size() / 2, kIgnored);
  for (size_t column = 0; column < slots_.size(); ++column) {
    for (size_t slot = 0; slot < schema_.size(); ++slot) {
      if (ids.substr(column * 2, 2) == std::string_view(ids_).substr(slot * 2, 2))
        slots_[column] = slot;
    }
  }
}

Result<void> Envelope::fit(Value& value, size_t slot) const {
  const Field& field = schema_[slot];
  if (!fits(value.kind(), field.type.type))
    return skip("the column " + field.name + " holds another type than " + to_string(field.type));
  if (value.kind() != Value::Kind::Decimal || field.type.type != Type::Decimal ||
      value.scale() == field.type.scale)
    return {};
  const auto scaled = rescale_decimal(value.as_unscaled(), value.scale(), field.type);
  if (!scaled) return skip("the column " + field.name + " is not a " + to_string(field.type));
  value = Value::of_decimal(*scaled, field.type.scale);
  return {};
}

}  // namespace streamworker
