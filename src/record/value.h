// One field of one record: a small tagged value that owns nothing.
//
// Text, json and bytes are views: into the message, into the batch's arena, or into what made them.
// They live as long as the batch that holds the value; what outlives the batch is copied
// (see Batch::keep).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace streamworker {

// The types of a field, as the pipeline file names them. Any: an expression without a type; its
// values carry SQLite's storage class (int, double, string or bytes).
enum class Type : uint8_t {
  Any,
  String,
  Int,
  Double,
  Bool,
  Decimal,
  Timestamp,
  Date,
  Uuid,
  Bytes,
  Json
};

struct FieldType {
  Type type = Type::Any;
  uint8_t precision = 0;  // of a decimal: all digits, 1 to 38
  uint8_t scale = 0;      // of a decimal: digits behind the point
  bool operator==(const FieldType&) const = default;
};

// "decimal(10,3)", "string"; Any is "any".
std::string to_string(FieldType type);

using Int128 = __int128;

class Value {
 public:
  enum class Kind : uint8_t {
    Null,
    Int,
    Double,
    Bool,
    Decimal,
    Timestamp,
    Date,
    Uuid,
    String,
    Bytes,
    Json
  };

  Value() = default;
  static Value of_int(int64_t v) { return number(Kind::Int, v); }
  static Value of_bool(bool v) { return number(Kind::Bool, v ? 1 : 0); }
  static Value of_timestamp(int64_t micros) { return number(Kind::Timestamp, micros); }
  static Value of_date(int64_t days) { return number(Kind::Date, days); }
  static Value of_double(double v) {
    Value value(Kind::Double);
    std::memcpy(value.bits_, &v, sizeof v);
    return value;
  }
  static Value of_decimal(Int128 unscaled, uint8_t scale) {
    Value value(Kind::Decimal);
    std::memcpy(value.bits_, &unscaled, sizeof unscaled);
    value.scale_ = scale;
    return value;
  }
  static Value of_uuid(const unsigned char (&bytes)[16]) {
    Value value(Kind::Uuid);
    std::memcpy(value.bits_, bytes, 16);
    return value;
  }
  static Value of_string(std::string_view v) { return view(Kind::String, v); }
  static Value of_json(std::string_view v) { return view(Kind::Json, v); }
  static Value of_bytes(std::string_view v) { return view(Kind::Bytes, v); }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::Null; }
  bool is_view() const { return kind_ >= Kind::String; }

  // Int, Bool (0 or 1), Timestamp (microseconds since the epoch, UTC), Date (days since the epoch).
  int64_t as_int() const {
    int64_t v = 0;
    std::memcpy(&v, bits_, sizeof v);
    return v;
  }
  double as_double() const {
    double v = 0;
    std::memcpy(&v, bits_, sizeof v);
    return v;
  }
  Int128 as_unscaled() const {
    Int128 v = 0;
    std::memcpy(&v, bits_, sizeof v);
    return v;
  }
  uint8_t scale() const { return scale_; }
  const unsigned char* as_uuid() const { return bits_; }
  // String, Bytes, Json. The view is into foreign memory (see above).
  std::string_view as_view() const {
    const char* data = nullptr;
    std::memcpy(&data, bits_, sizeof data);
    return {data, size_};
  }

  // Same kind and same content; decimals of different scale differ.
  bool operator==(const Value& other) const;

 private:
  explicit Value(Kind kind) : kind_(kind) {}
  static Value number(Kind kind, int64_t v) {
    Value value(kind);
    std::memcpy(value.bits_, &v, sizeof v);
    return value;
  }
  static Value view(Kind kind, std::string_view v) {
    Value value(kind);
    const char* data = v.data();
    std::memcpy(value.bits_, &data, sizeof data);
    value.size_ = static_cast<uint32_t>(v.size());
    return value;
  }

  alignas(8) unsigned char bits_[16] = {};
  uint32_t size_ = 0;
  Kind kind_ = Kind::Null;
  uint8_t scale_ = 0;
};
static_assert(sizeof(Value) == 24);

}  // namespace streamworker
