// One field of a stream, compiled: how JSON values become its values.
//
// Without `coerce` a JSON value must be of the field's type: strings for string, date, uuid, bytes
// (base64) and timestamps that are text; numbers for int (no fraction, no exponent), double,
// decimal and timestamps that are numbers (iso takes both); true and false for bool. With it
// whatever converts without loss is taken: numbers and booleans as text, text as any type, 41.0 as
// int, 0 and 1 as bool. Immutable.
#pragma once

#include <string>

#include "codec/field_rules.h"

namespace streamworker {

class FieldDecoder {
 public:
  // `keep` holds the texts of defaults and rules and must live as long. Throws
  // std::invalid_argument: what a field says is wrong in itself.
  FieldDecoder(const config::Field& field, bool coerce, Arena& keep);

  const std::string& name() const { return name_; }
  FieldType type() const { return type_; }
  bool is_json() const { return type_.type == Type::Json; }
  bool nullable() const { return nullable_; }
  const std::optional<Value>& default_value() const { return default_; }

  // Each is false when the JSON value is not of the field's type. Strings are views of `text`;
  // bytes come to lie in the arena. Not for json fields, which take a value as it stands in the
  // message.
  bool from_string(std::string_view text, Arena& arena, Value& value) const;
  bool from_number(std::string_view text, Value& value) const;
  bool from_bool(bool truth, Value& value) const;
  // A key's text (see KeyText).
  bool from_plain(std::string_view text, Arena& arena, Value& value) const;

  // See FieldRules.
  bool has_rules() const { return rules_.any(); }
  std::string broken_by(const Value& value) const { return rules_.broken_by(value); }

 private:
  bool int_from(std::string_view text, Value& value) const;
  bool decimal_from(std::string_view text, Value& value) const;

  std::string name_;
  FieldType type_;
  bool nullable_;
  bool coerce_;
  FieldText text_;
  FieldRules rules_;
  std::optional<Value> default_;
};

}  // namespace streamworker
