#include "codec/message_decoder.h"

#include <type_traits>

namespace streamworker {
namespace {

constexpr size_t kKeep = 1024UL * 1024;  // of JSON's scratch buffer, when messages are packed

// Calls what the variant holds; it always holds a decoder.
template <class Variant, class Call>
auto with(Variant& form, const Call& call) {
  if (auto* csv = std::get_if<CsvDecoder>(&form)) return call(*csv);
  if (auto* raw = std::get_if<RawDecoder>(&form)) return call(*raw);
  return call(std::get<JsonDecoder>(form));
}

}  // namespace

MessageDecoder::MessageDecoder(const config::Stream& stream) : packings_(stream.format.packings) {
  switch (stream.format.form) {
    case config::Form::Csv:
      form_.emplace<CsvDecoder>(stream);
      return;
    case config::Form::Raw:
      form_.emplace<RawDecoder>(stream);
      return;
    case config::Form::Json:
      auto& json = form_.emplace<JsonDecoder>(stream);
      if (packings_.empty()) plain_ = &json;
  }
}

const Schema& MessageDecoder::schema() const {
  return *with(form_, [](const auto& decoder) { return &decoder.schema(); });
}

Result<void> MessageDecoder::decode_other(std::string_view message, Meta& meta, Arena& arena,
                                          WallTime wall, Value* row) {
  if (unpacks()) {
    const auto unpacked = packings_.unpack(message);
    if (!unpacked) return unpacked.error();
    message = arena.copy(*unpacked);
  }
  auto done =
      with(form_, [&](auto& decoder) { return decoder.decode(message, meta, arena, wall, row); });
  if (auto* json = std::get_if<JsonDecoder>(&form_)) json->shrink(kKeep);
  return done;
}

Result<void> MessageDecoder::decode_key(const Meta& meta, Arena& arena, Value* row) {
  return with(form_, [&](auto& decoder) { return decoder.decode_key(meta, arena, row); });
}

}  // namespace streamworker
