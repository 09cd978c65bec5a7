#include "sql/pseudo.h"

#include <algorithm>

#include "record/base64.h"
#include "record/json_text.h"
#include "record/utf8.h"

namespace streamworker::sql {
namespace {

void append_header(const Header& header, std::string& out) {
  if (out.size() > 1) out += ',';
  append_json_string(header.name, out);
  out += ':';
  if (!header.value) {
    out += "null";
  } else if (is_utf8(*header.value)) {
    append_json_string(*header.value, out);
  } else {
    out += '"';
    append_base64(*header.value, out);
    out += '"';
  }
}

void write_headers(const Headers& headers, std::string& out) {
  out.clear();
  out += '{';
  for (auto header = headers.begin(); header != headers.end(); ++header) {
    const bool repeated = std::any_of(
        header + 1, headers.end(), [&](const Header& later) { return later.name == header->name; });
    if (!repeated && is_utf8(header->name)) append_header(*header, out);
  }
  out += '}';
}

}  // namespace

Result<Value> pseudo_value(Pseudo pseudo, const Meta& meta, std::string_view topic,
                           std::string& scratch) {
  switch (pseudo) {
    case Pseudo::Key:
      if (!meta.key) return Value();
      if (!is_utf8(*meta.key)) return skip("_key: the record's key is not UTF-8");
      return Value::of_string(*meta.key);
    case Pseudo::Timestamp:
      return Value::of_timestamp(Duration(meta.timestamp.time_since_epoch()).count());
    case Pseudo::Topic:
      return Value::of_string(topic);
    case Pseudo::Partition:
      return Value::of_int(meta.partition);
    case Pseudo::Offset:
      return Value::of_int(meta.offset);
    case Pseudo::Headers:
      if (meta.headers == nullptr) return Value::of_json("{}");
      write_headers(*meta.headers, scratch);
      return Value::of_json(scratch);
  }
  return Value();
}

}  // namespace streamworker::sql
