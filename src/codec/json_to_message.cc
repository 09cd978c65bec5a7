#include "codec/json_to_message.h"

namespace streamworker {

JsonToMessage::Other::Other(const config::Stream& stream)
    : decoder(stream), encoder(decoder.schema(), stream.format), row(decoder.schema().size()) {}

JsonToMessage::JsonToMessage(const config::Stream& stream) : packings_(stream.format.packings) {
  if (stream.format.form != config::Form::Json) other_ = std::make_unique<Other>(stream);
}

Result<std::string_view> JsonToMessage::convert(std::string_view json) {
  if (!other_) return packings_.pack(json);
  other_->arena.reset();
  Meta meta;
  // How far ahead of the clock it is, its readers judge.
  const WallTime never = WallTime::max() - std::chrono::hours(24 * 366 * 200);
  if (auto read = other_->decoder.decode(json, meta, other_->arena, never, other_->row.data());
      !read)
    return read.error();
  return other_->encoder.encode(other_->row.data());
}

}  // namespace streamworker
