#include "process/key_match.h"

#include "base/format.h"
#include "base/human.h"
#include "codec/stream_schema.h"

namespace streamworker {

namespace {

constexpr size_t kMostOfKey = 60;  // bytes, in a message

std::vector<size_t> slots_of(const config::Stream& stream) {
  const Schema schema = stream_schema(stream);
  std::vector<size_t> slots;
  for (const config::Text& name : stream.key) slots.push_back(*schema.find(name.value));
  return slots;
}

std::vector<Field> fields_of(const config::Stream& stream) {
  const Schema schema = stream_schema(stream);
  std::vector<Field> fields;
  for (const size_t slot : slots_of(stream)) fields.push_back(schema[slot]);
  return fields;
}

std::string names_of(const config::Stream& stream) {
  std::string names;
  for (const config::Text& name : stream.key) names += (names.empty() ? "" : ", ") + name.value;
  return stream.key.size() == 1 ? names : "[" + names + "]";
}

}  // namespace

KeyMatch::KeyMatch(const config::Stream& stream)
    : slots_(slots_of(stream)),
      text_(fields_of(stream)),
      names_(names_of(stream)),
      from_key_(stream_schema(stream).size()) {}

Result<void> KeyMatch::check(const Value* row, const Meta& meta, MessageDecoder& decoder,
                             Arena& arena) {
  own_.clear();
  const auto keyed = text_.append(row, slots_, own_);
  if (!keyed) return keyed.error();
  if (!*keyed || meta.key == own_) return {};
  if (!meta.key) return refuse(meta);
  if (auto read = decoder.decode_key(meta, arena, from_key_.data()); !read) return read;
  other_.clear();  // the same values may be written in several ways
  const auto other = text_.append(from_key_.data(), slots_, other_);
  return other && *other && other_ == own_ ? Result<void>() : refuse(meta);
}

Result<void> KeyMatch::refuse(const Meta& meta) const {
  return skip(fmt::format(
      "the record's key is {}, but its {} is {}: a row must lie under its record's key, since a "
      "null value there deletes it. Of a topic that is keyed otherwise make a stream, and a table "
      "from it with last(…)",
      meta.key ? shortened(std::string(*meta.key), kMostOfKey) : "null", names_,
      shortened(own_, kMostOfKey)));
}

}  // namespace streamworker
