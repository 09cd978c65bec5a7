#include "runtime/route_plan.h"

#include "record/field_text.h"
#include "table/columns.h"

namespace streamworker {

std::optional<Value> constant_of(const Field& field, const std::string& text, Arena& arena) {
  if (field.type.type != Type::Any) return FieldText(field).parse(text, arena);
  if (const auto number = literal_number(text)) return number;
  return Value::of_string(text);
}

}  // namespace streamworker
