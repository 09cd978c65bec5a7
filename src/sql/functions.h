// The functions that expressions have beside SQLite's own.
//
//   regexp(pattern, text), text REGEXP pattern     1 or 0 (patterns.h says what a pattern may hold)
//   regexp_extract(text, pattern [, group])        the first match or a group of it, else null
//   split_part(text, separator, n)                 the n-th part from 1, from the end when
//   negative; '' mask(text [, keep])                            `*` for each character but the last
//   `keep` (0) url_part(url, part)                            scheme, user, host, port, path,
//   query, fragment, or
//                                                  `?name`: a parameter of the query, decoded
//   sha256(text or blob)                           64 hex digits
//   unhex(text), base64_decode(text)               a blob; base64_encode(text or blob)
//   parse_timestamp(text, pattern [, timezone])    a pattern as of strptime, iso, unix, …
//   date_trunc(unit, timestamp)                    second … week (from Monday) … year
//   epoch_ms(timestamp)                            milliseconds since the epoch
//   random(), randomblob(n), random_between(a, b), one_of(a, …), uuid()     generators only
//
// A null argument gives null. So does data that is not in the form that the function reads, as with
// SQLite's own; what one writes as a constant (pattern, unit, part, group, …) is an error when
// wrong.
#pragma once

#include <string_view>

struct sqlite3;

namespace streamworker::sql {

struct Memory;

// `memory` must outlive the connection. Throws std::runtime_error.
void add_functions(sqlite3* db, Memory& memory);
// Functions whose results a repeated record would not see again. REQUIRES: they are called only
// where `memory` has a Random.
bool is_random(std::string_view function);

// What add_functions is made of.
void add_text_functions(sqlite3* db, Memory& memory);
void add_url_functions(sqlite3* db, Memory& memory);
void add_byte_functions(sqlite3* db, Memory& memory);
void add_time_functions(sqlite3* db, Memory& memory);
void add_random_functions(sqlite3* db, Memory& memory);

}  // namespace streamworker::sql
