#include "query/key_place.h"

#include <iterator>

#include "base/format.h"
#include "codec/json_key.h"
#include "record/key.h"

namespace streamworker::query {

namespace {

// Of a type that an expression gave, as JSON has it.
std::optional<Value> any_value(const JsonKeyPart& part) {
  if (part.kind == JsonKeyPart::Kind::String) return Value::of_string(part.text);
  if (part.kind == JsonKeyPart::Kind::Bool) return Value::of_bool(part.text == "true");
  if (const auto whole = parse_int(part.text)) return Value::of_int(*whole);
  if (const auto number = parse_double(part.text)) return Value::of_double(*number);
  return std::nullopt;
}

std::optional<Value> value_of(const Field& field, const JsonKeyPart& part, Arena& arena) {
  if (part.kind == JsonKeyPart::Kind::Null) return Value();
  if (field.type.type == Type::Any) return any_value(part);
  return FieldText(field).parse(part.text, arena);
}

std::optional<std::string> written(const Schema& key, const std::vector<Value>& values) {
  std::string out;
  const auto done = KeyText(key.fields()).append(values.data(), out);
  if (!done || !*done) return std::nullopt;
  return out;
}

std::optional<std::string> from_array(const Schema& key, std::string_view text) {
  Arena arena;
  std::vector<Value> values;
  for (size_t i = 0; i < key.size(); ++i) {
    const auto part = read_json_key(text, i, key.size(), arena);
    if (!part) return std::nullopt;
    const auto value = value_of(key[i], *part, arena);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return written(key, values);
}

}  // namespace

std::optional<std::string> key_text(const Schema& key, std::string_view text) {
  if (text.starts_with('['))
    if (auto found = from_array(key, text)) return found;
  if (key.size() > 1) return std::nullopt;
  Arena arena;
  const auto value = FieldText(key[0]).parse(text, arena);
  return value ? written(key, {*value}) : std::nullopt;
}

std::optional<std::string> key_text(const Schema& key, const std::vector<std::string>& texts,
                                    Arena& arena, std::vector<Value>& values) {
  for (size_t i = 0; i < key.size(); ++i) {
    const auto value = FieldText(key[i]).parse(texts[i], arena);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return written(key, values);
}

std::string key_in_words(const Schema& key) {
  if (key.size() == 1) return fmt::format("{} ({})", key[0].name, to_string(key[0].type));
  std::string out = "a JSON array of";
  for (size_t i = 0; i < key.size(); ++i)
    fmt::format_to(std::back_inserter(out), "{} {} ({})", i == 0 ? "" : ",", key[i].name,
                   to_string(key[i].type));
  return out;
}

}  // namespace streamworker::query
