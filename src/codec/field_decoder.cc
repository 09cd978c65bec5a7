#include "codec/field_decoder.h"

#include <limits>
#include <stdexcept>

#include "record/decimal.h"

namespace streamworker {
namespace {

bool put(const std::optional<Value>& from, Value& to) {
  if (from) to = *from;
  return from.has_value();
}

Field plain_field(const config::Field& field) {
  return {field.name, field.type, field.nullable, field.format, field.timezone};
}

}  // namespace

FieldDecoder::FieldDecoder(const config::Field& field, bool coerce, Arena& keep)
    : name_(field.name),
      type_(field.type),
      nullable_(field.nullable),
      coerce_(field.coerce.value_or(coerce)),
      text_(plain_field(field)),
      rules_(field, text_, keep) {
  if (!field.default_value) return;
  default_ = text_.parse(keep.copy(*field.default_value), keep);
  if (!default_)
    throw std::invalid_argument("the default \"" + *field.default_value + "\" is not a " +
                                to_string(type_));
}

bool FieldDecoder::from_string(std::string_view text, Arena& arena, Value& value) const {
  switch (type_.type) {
    case Type::String:
    case Type::Any:
      value = Value::of_string(text);
      return true;
    case Type::Timestamp: {
      if (text_.timestamp().is_number()) break;
      const auto micros = text_.timestamp().parse(text);
      if (!micros) break;
      value = Value::of_timestamp(*micros);
      return true;
    }
    case Type::Date:
    case Type::Uuid:
    case Type::Bytes:
      return put(text_.parse(text, arena), value);
    case Type::Json:
      return false;
    default:
      break;
  }
  if (!coerce_) return false;
  if (type_.type == Type::Int) return int_from(text, value);
  return put(text_.parse(text, arena), value);
}

bool FieldDecoder::int_from(std::string_view text, Value& value) const {
  if (const auto number = parse_int(text)) {
    value = Value::of_int(*number);
    return true;
  }
  if (!coerce_) return false;
  const auto number = parse_decimal(text, {Type::Decimal, 19, 0});
  if (!number || *number > std::numeric_limits<int64_t>::max() ||
      *number < std::numeric_limits<int64_t>::min())
    return false;
  value = Value::of_int(static_cast<int64_t>(*number));
  return true;
}

bool FieldDecoder::decimal_from(std::string_view text, Value& value) const {
  const auto unscaled = parse_decimal(text, type_);
  if (unscaled) value = Value::of_decimal(*unscaled, type_.scale);
  return unscaled.has_value();
}

bool FieldDecoder::from_number(std::string_view text, Value& value) const {
  switch (type_.type) {
    case Type::Int:
      return int_from(text, value);
    case Type::Decimal:
      return decimal_from(text, value);
    case Type::Double: {
      const auto number = parse_double(text);
      if (number) value = Value::of_double(*number);
      return number.has_value();
    }
    case Type::Timestamp: {
      const auto micros = text_.timestamp().parse_number(text);
      if (micros) value = Value::of_timestamp(*micros);
      return micros.has_value();
    }
    case Type::String:
      if (coerce_) value = Value::of_string(text);
      return coerce_;
    case Type::Bool: {
      const auto number = parse_int(text);
      if (!coerce_ || !number || (*number != 0 && *number != 1)) return false;
      value = Value::of_bool(*number == 1);
      return true;
    }
    default:
      return false;
  }
}

bool FieldDecoder::from_bool(bool truth, Value& value) const {
  if (type_.type == Type::Bool) {
    value = Value::of_bool(truth);
    return true;
  }
  if (!coerce_) return false;
  if (type_.type == Type::String) {
    value = Value::of_string(truth ? "true" : "false");
    return true;
  }
  if (type_.type != Type::Int) return false;
  value = Value::of_int(truth ? 1 : 0);
  return true;
}

bool FieldDecoder::from_plain(std::string_view text, Arena& arena, Value& value) const {
  return put(text_.parse(text, arena), value);
}

}  // namespace streamworker
