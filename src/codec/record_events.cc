#include "codec/record_events.h"

#include <algorithm>

#include "codec/json_path.h"

namespace streamworker {
namespace {

std::vector<std::string> names_of(const std::vector<FieldDecoder>& fields) {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const FieldDecoder& field : fields) names.push_back(field.name());
  return names;
}

// The parser writes a lone low surrogate (`\udc00`) as three bytes that are not UTF-8.
bool has_surrogate(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xED' && static_cast<unsigned char>(text[i + 1]) >= 0xA0) return true;
  }
  return false;
}

std::string named(FieldType type) {
  return (type.type == Type::Int ? "an " : "a ") + to_string(type);
}

}  // namespace

RecordEvents::RecordEvents(const std::vector<FieldDecoder>& fields, bool strict)
    : fields_(fields), strict_(strict), names_(names_of(fields)), seen_(fields.size()) {}

void RecordEvents::begin(const Input& input, Value* row) {
  input_ = input;
  row_ = row;
  if (++record_ == 0) {
    std::fill(seen_.begin(), seen_.end(), 0);
    record_ = 1;
  }
  names_.rewind();
  keys_.clear();
  found_ = 0;
  depth_ = 0;
  slot_ = FieldNames::kUnknown;
}

// A string without escapes is as long in the message as it is decoded: its quote follows. Within
// one with escapes a quote can only follow a backslash.
bool RecordEvents::is_escaped(size_t offset, size_t size) const {
  const size_t behind = offset + size;
  return input_.message[behind] != '"' || input_.message[behind - 1] == '\\';
}

const FieldDecoder* RecordEvents::field_at(size_t offset, bool& result) {
  result = true;
  if (depth_ == 1 && slot_ != FieldNames::kUnknown) return &fields_[static_cast<size_t>(slot_)];
  if (depth_ == 0 && !fields_.empty()) result = fail(offset, "the message is not a JSON object");
  return nullptr;
}

bool RecordEvents::Null() {
  const size_t offset = position() - 4;
  bool result = false;
  const FieldDecoder* field = field_at(offset, result);
  if (field == nullptr) return result;
  if (!field->nullable()) return fail(offset, "null, but the field is not nullable");
  row_[slot_] = Value();
  return true;
}

bool RecordEvents::Bool(bool truth) {
  const size_t offset = position() - (truth ? 4 : 5);
  bool result = false;
  const FieldDecoder* field = field_at(offset, result);
  if (field == nullptr) return result;
  if (field->is_json()) return take_json(offset, position());
  if (!field->from_bool(truth, row_[slot_])) return wrong_type(offset);
  return keeps_rules(offset);
}

bool RecordEvents::RawNumber(const char* text, unsigned size, bool /*copy*/) {
  const size_t offset = offset_of(text);
  bool result = false;
  const FieldDecoder* field = field_at(offset, result);
  if (field == nullptr) return result;
  if (field->is_json()) return take_json(offset, offset + size);
  if (!field->from_number(input_.message.substr(offset, size), row_[slot_]))
    return wrong_type(offset);
  return keeps_rules(offset);
}

bool RecordEvents::String(const char* text, unsigned size, bool /*copy*/) {
  const size_t offset = offset_of(text);
  const bool escaped = is_escaped(offset, size);
  if (escaped && has_surrogate({text, size})) return fail(offset - 1, "a lone surrogate");
  bool result = false;
  const FieldDecoder* field = field_at(offset - 1, result);
  if (field == nullptr) return result;
  if (field->is_json()) return take_json(offset - 1, json_string_end(input_.message, offset - 1));
  const std::string_view view =
      escaped ? input_.arena->copy({text, size}) : input_.message.substr(offset, size);
  if (!field->from_string(view, *input_.arena, row_[slot_])) return wrong_type(offset - 1);
  return keeps_rules(offset - 1);
}

bool RecordEvents::Key(const char* text, unsigned size, bool /*copy*/) {
  const std::string_view name(text, size);
  const size_t offset = offset_of(text);
  if (is_escaped(offset, size) && has_surrogate(name)) return fail(offset - 1, "a lone surrogate");
  bool is_new = false;
  if (depth_ == 1) slot_ = names_.find(name);
  if (depth_ == 1 && slot_ != FieldNames::kUnknown) {
    uint32_t& seen = seen_[static_cast<size_t>(slot_)];
    is_new = seen != record_;
    seen = record_;
    ++found_;
  } else {
    if (strict_ && depth_ == 1 && name != "__faust")
      return fail(offset - 1, "unknown field " + json_excerpt(input_.message, offset - 1));
    is_new = keys_.add(name);
  }
  if (is_new) return true;
  return fail(offset - 1,
              "the key " + json_excerpt(input_.message, offset - 1) + " stands there twice");
}

bool RecordEvents::StartObject() { return begin_nested(position() - 1, "an object"); }

bool RecordEvents::EndObject(unsigned /*members*/) {
  if (const auto twice = keys_.end_object()) {
    const size_t offset = offset_of(twice->data()) - 1;
    return fail(offset, "the key " + json_excerpt(input_.message, offset) + " stands there twice");
  }
  return end_nested();
}

bool RecordEvents::StartArray() {
  const size_t offset = position() - 1;
  if (depth_ == 0 && !fields_.empty()) return fail(offset, "the message is not a JSON object");
  return begin_nested(offset, "an array");
}

bool RecordEvents::EndArray(unsigned /*elements*/) { return end_nested(); }

bool RecordEvents::begin_nested(size_t offset, const char* what) {
  if (depth_ == kDeepest) return fail(offset, "nested deeper than 64");
  if (depth_ == 1 && slot_ != FieldNames::kUnknown) {
    if (!fields_[static_cast<size_t>(slot_)].is_json()) return wrong_type(offset, what);
    json_start_ = offset;
  }
  ++depth_;
  if (input_.message[offset] == '{') keys_.begin_object();
  return true;
}

bool RecordEvents::end_nested() {
  --depth_;
  if (depth_ != 1 || slot_ == FieldNames::kUnknown) return true;
  return take_json(json_start_, position());
}

bool RecordEvents::take_json(size_t from, size_t to) {
  row_[slot_] = Value::of_json(input_.message.substr(from, to - from));
  return keeps_rules(from);
}

bool RecordEvents::wrong_type(size_t offset, const char* what) {
  const std::string value = what != nullptr ? what : json_excerpt(input_.message, offset);
  return fail(offset, value + " is not " + named(fields_[static_cast<size_t>(slot_)].type()));
}

std::string RecordEvents::too_large(size_t offset) const {
  const std::string value = json_excerpt(input_.message, offset);
  if (depth_ != 1 || slot_ == FieldNames::kUnknown)
    return value + " is beyond the range of a double";
  return value + " is not " + named(fields_[static_cast<size_t>(slot_)].type());
}

bool RecordEvents::keeps_rules(size_t offset) {
  const FieldDecoder& field = fields_[static_cast<size_t>(slot_)];
  if (!field.has_rules()) return true;
  const std::string broken = field.broken_by(row_[slot_]);
  if (broken.empty()) return true;
  return fail(offset, json_excerpt(input_.message, offset) + " " + broken);
}

bool RecordEvents::fail(size_t offset, std::string problem) {
  problem_offset_ = offset;
  problem_ = std::move(problem);
  return false;
}

}  // namespace streamworker
