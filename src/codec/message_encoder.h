// Rows → messages in a format, for topics. One thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "codec/csv_encoder.h"
#include "codec/json_encoder.h"
#include "codec/packing_chain.h"
#include "config/spec.h"

namespace streamworker {

class MessageEncoder {
 public:
  // Throws std::invalid_argument, as the encoders do. REQUIRES: raw_fits(schema) when it is raw.
  MessageEncoder(const Schema& schema, const config::Format& format);
  // One column that holds strings or bytes, or an expression's result, which is looked at then.
  static bool raw_fits(const Schema& schema);

  // The message, until the next call. Skip: a double that is not finite; raw: a null, or a value
  // that is neither a string nor bytes; a packing that cannot take it.
  Result<std::string_view> encode(const Value* row);

 private:
  Result<std::string_view> raw(const Value& value) const;

  config::Form form_;
  JsonEncoder json_;
  CsvEncoder csv_;
  PackingChain packings_;
  std::string text_;
};

}  // namespace streamworker
