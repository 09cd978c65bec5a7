#include "codec/message_encoder.h"

namespace streamworker {

MessageEncoder::MessageEncoder(const Schema& schema, const config::Format& format)
    : form_(format.form), json_(schema), csv_(schema), packings_(format.packings) {}

bool MessageEncoder::raw_fits(const Schema& schema) {
  if (schema.size() != 1) return false;
  const Type type = schema[0].type.type;
  return type == Type::String || type == Type::Bytes || type == Type::Any;
}

Result<std::string_view> MessageEncoder::raw(const Value& value) const {
  if (value.kind() == Value::Kind::String || value.kind() == Value::Kind::Bytes)
    return value.as_view();
  return skip(value.is_null() ? "a null, which raw cannot say"
                              : "a value that is neither a string nor bytes, which raw cannot say");
}

Result<std::string_view> MessageEncoder::encode(const Value* row) {
  std::string_view bytes;
  if (form_ == config::Form::Raw) {
    const auto value = raw(row[0]);
    if (!value) return value.error();
    bytes = *value;
  } else {
    text_.clear();
    auto done = form_ == config::Form::Json ? json_.append(row, text_) : csv_.append(row, text_);
    if (!done) return done.error();
    bytes = text_;
  }
  return packings_.pack(bytes);
}

}  // namespace streamworker
