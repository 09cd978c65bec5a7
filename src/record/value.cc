#include "record/value.h"

namespace streamworker {
namespace {

const char* name_of(Type type) {
  switch (type) {
    case Type::Any:
      return "any";
    case Type::String:
      return "string";
    case Type::Int:
      return "int";
    case Type::Double:
      return "double";
    case Type::Bool:
      return "bool";
    case Type::Decimal:
      return "decimal";
    case Type::Timestamp:
      return "timestamp";
    case Type::Date:
      return "date";
    case Type::Uuid:
      return "uuid";
    case Type::Bytes:
      return "bytes";
    case Type::Json:
      return "json";
  }
  return "any";
}

}  // namespace

std::string to_string(FieldType type) {
  std::string text = name_of(type.type);
  if (type.type == Type::Decimal)
    text += "(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
  return text;
}

bool Value::operator==(const Value& other) const {
  if (kind_ != other.kind_) return false;
  switch (kind_) {
    case Kind::Null:
      return true;
    case Kind::Double:
      return as_double() == other.as_double();
    case Kind::Decimal:
      return scale_ == other.scale_ && as_unscaled() == other.as_unscaled();
    case Kind::Uuid:
      return std::memcmp(bits_, other.bits_, sizeof bits_) == 0;
    case Kind::String:
    case Kind::Bytes:
    case Kind::Json:
      return as_view() == other.as_view();
    default:
      return as_int() == other.as_int();
  }
}

}  // namespace streamworker
