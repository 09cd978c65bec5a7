// The key of a record that has only a value: the text of the fields that its stream is keyed by.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_decoder.h"
#include "config/spec.h"
#include "record/key.h"

namespace streamworker {

class RecordKey {
 public:
  // Throws std::invalid_argument, as the decoder does.
  explicit RecordKey(const config::Stream& stream);

  // Until the next call. None: the stream has no key, or this record, a JSON object whatever the
  // stream's format, has none; one that cannot be decoded has none either, and is for its readers
  // to judge.
  std::optional<std::string_view> of(std::string_view json);

 private:
  std::unique_ptr<JsonDecoder> decoder_;  // null: no key
  std::optional<KeyText> text_;
  std::vector<size_t> slots_;
  std::vector<Value> row_;
  Arena arena_;
  std::string key_;
};

}  // namespace streamworker
