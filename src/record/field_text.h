// A field's values as text: JSON, keys, CSV, defaults. One for each field, made at start.
//
// The forms: timestamps and dates as the field declares them, decimals with all digits of their
// scale, doubles as the shortest text that reads back the same, bytes as base64, UUIDs in lower
// case, json as it is. Values are written by their kind, so a field of type any works too.
// Immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/arena.h"
#include "record/schema.h"
#include "record/timestamp.h"

namespace streamworker {

class FieldText {
 public:
  // Throws std::invalid_argument: a bad format or timezone.
  explicit FieldText(const Field& field);

  // A JSON value; null is `null`. False, and nothing appended: a double that is not finite.
  [[nodiscard]] bool append_json(const Value& value, std::string& out) const;
  // The same without quotes: a string as it is. Null appends nothing. False as above.
  [[nodiscard]] bool append_plain(const Value& value, std::string& out) const;
  // What append_plain wrote, or a user did, as a value of the field's type. None: it is none.
  // Strings and json are views of `text` (json is not checked); bytes come to lie in the arena.
  std::optional<Value> parse(std::string_view text, Arena& arena) const;

  const TimestampFormat& timestamp() const { return timestamp_; }
  const DateFormat& date() const { return date_; }

 private:
  // What is text in JSON, too, and needs no quotes to be one. False: not such a kind.
  bool append_quoted(const Value& value, std::string& out) const;
  std::optional<Value> parse_timestamp(std::string_view text) const;

  FieldType type_;
  TimestampFormat timestamp_;
  DateFormat date_;
};

// The whole text as a number. None: it is none, or out of range; a double must be finite.
std::optional<int64_t> parse_int(std::string_view text);
std::optional<double> parse_double(std::string_view text);

}  // namespace streamworker
