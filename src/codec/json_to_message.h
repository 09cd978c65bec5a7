// JSON objects → messages of a stream in its format: for feeders, `produce` and tests, whose
// records are JSON. One thread.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "codec/json_decoder.h"
#include "codec/message_encoder.h"

namespace streamworker {

class JsonToMessage {
 public:
  // Throws std::invalid_argument, as the decoder does.
  explicit JsonToMessage(const config::Stream& stream);

  // The message, until the next call. JSON stays as it is, right or wrong, for its readers to
  // judge; for csv and raw it must be a record of the stream. Skip: it is none.
  Result<std::string_view> convert(std::string_view json);

 private:
  struct Other {  // csv or raw
    explicit Other(const config::Stream& stream);
    JsonDecoder decoder;
    MessageEncoder encoder;
    std::vector<Value> row;
    Arena arena;
  };
  PackingChain packings_;         // of JSON
  std::unique_ptr<Other> other_;  // null: it stays JSON
};

}  // namespace streamworker
