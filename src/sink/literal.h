// Values as literals of MySQL, exact: a decimal as its text, a double as its shortest text that
// reads back the same, a timestamp as 'YYYY-MM-DD HH:MM:SS.ffffff' in UTC (the session's time zone
// is UTC), bytes as a hex literal, a uuid as its text, a bool as 0 or 1.
#pragma once

#include <string>
#include <string_view>

#include "record/value.h"

namespace streamworker::sink {

// Text made fit to stand between quotes. The connection does it, since it depends on the character
// set and on the SQL mode there.
class Escaper {
 public:
  virtual ~Escaper() = default;
  virtual void escape(std::string_view text, std::string& out) const = 0;
};

// False, and nothing appended: a double that is not finite, which MySQL cannot hold.
bool append_literal(const Value& value, const Escaper& escaper, std::string& out);
// A decimal, timestamp, date or uuid as its text, without quotes.
void append_bare(const Value& value, std::string& out);
// 'text'
void append_text(std::string_view text, const Escaper& escaper, std::string& out);
// YYYY-MM-DD HH:MM:SS.ffffff
void append_moment(int64_t micros, std::string& out);

}  // namespace streamworker::sink
