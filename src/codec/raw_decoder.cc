#include "codec/raw_decoder.h"

#include "base/format.h"
#include "record/utf8.h"

namespace streamworker {

Result<void> RawDecoder::decode(std::string_view message, Meta& meta, Arena& /*arena*/,
                                WallTime wall, Value* row) {
  const FieldDecoder& field = stream_.fields().front();
  if (field.type().type == Type::Bytes) {
    row[0] = Value::of_bytes(message);
  } else {
    if (const size_t valid = valid_utf8_prefix(message); valid < message.size())
      return skip(fmt::format("invalid UTF-8 at byte {}", valid));
    row[0] = Value::of_string(message);
  }
  if (field.has_rules())
    if (const std::string broken = field.broken_by(row[0]); !broken.empty())
      return skip("the message " + broken);
  return stream_.take_event_time(meta, wall, row);
}

}  // namespace streamworker
