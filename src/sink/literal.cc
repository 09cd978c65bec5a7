#include "sink/literal.h"

#include <charconv>
#include <cmath>

#include "record/civil.h"
#include "record/decimal.h"
#include "record/uuid.h"

namespace streamworker::sink {
namespace {

template <class Number, class... Form>
void append_number(Number number, std::string& out, Form... form) {
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, number, form...);
  out.append(digits, written.ptr);
}

constexpr const char* kDigits = "0123456789abcdef";

void append_hex(std::string_view bytes, std::string& out) {
  out += "x'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  out += '\'';
}

void append_date(int64_t days, std::string& out) {
  append_iso_date(civil_of(days * kSecondsPerDay * kMicrosPerSecond), out);
}

}  // namespace

void append_moment(int64_t micros, std::string& out) {
  const Civil civil = civil_of(micros);
  append_iso_date(civil, out);
  out += ' ';
  append_padded(civil.hour, 2, out);
  out += ':';
  append_padded(civil.minute, 2, out);
  out += ':';
  append_padded(civil.second, 2, out);
  out += '.';
  append_padded(civil.micros, 6, out);
}

void append_text(std::string_view text, const Escaper& escaper, std::string& out) {
  out += '\'';
  escaper.escape(text, out);
  out += '\'';
}

void append_bare(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Value::Kind::Decimal:
      return append_decimal(value.as_unscaled(), value.scale(), out);
    case Value::Kind::Timestamp:
      return append_moment(value.as_int(), out);
    case Value::Kind::Date:
      return append_date(value.as_int(), out);
    case Value::Kind::Uuid:
      return append_uuid(value.as_uuid(), out);
    default:
      break;
  }
}

bool append_literal(const Value& value, const Escaper& escaper, std::string& out) {
  switch (value.kind()) {
    case Value::Kind::Null:
      out += "NULL";
      break;
    case Value::Kind::Int:
    case Value::Kind::Bool:
      append_number(value.as_int(), out);
      break;
    case Value::Kind::Double:
      if (!std::isfinite(value.as_double())) return false;
      // With an exponent: without one it would be a decimal to MySQL.
      append_number(value.as_double(), out, std::chars_format::scientific);
      break;
    case Value::Kind::Decimal:
      append_bare(value, out);
      break;
    case Value::Kind::Timestamp:
    case Value::Kind::Date:
    case Value::Kind::Uuid:
      out += '\'';
      append_bare(value, out);
      out += '\'';
      break;
    case Value::Kind::String:
    case Value::Kind::Json:
      append_text(value.as_view(), escaper, out);
      break;
    case Value::Kind::Bytes:
      append_hex(value.as_view(), out);
      break;
  }
  return true;
}

}  // namespace streamworker::sink
