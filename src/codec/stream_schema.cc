#include "codec/stream_schema.h"

namespace streamworker {

Schema stream_schema(const config::Stream& stream) {
  if (stream.schema.empty()) return Schema({Field{"value", {Type::Json}}});
  std::vector<Field> fields;
  for (const config::Field& field : stream.schema)
    fields.push_back({field.name, field.type, field.nullable, field.format, field.timezone});
  return Schema(std::move(fields));
}

}  // namespace streamworker
