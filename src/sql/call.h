// One call of an added function: its arguments and its result. What a function throws becomes the
// error of the statement.
#pragma once

#include <cstdint>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "record/timestamp.h"
#include "sql/patterns.h"
#include "sql/random.h"

namespace streamworker::sql {

// What the added functions of one connection remember.
struct Memory {
  Patterns patterns;
  std::map<std::string, TimestampFormat, std::less<>> formats;
  std::optional<Random> random;  // generators only
  // An argument that one writes as a constant (pattern, unit, zone, …) was wrong.
  bool bad_constant = false;
};

class Call {
 public:
  Call(sqlite3_context* context, int count, sqlite3_value** arguments)
      : context_(context), count_(count), arguments_(arguments) {}

  Memory& memory() const { return *static_cast<Memory*>(sqlite3_user_data(context_)); }
  int count() const { return count_; }
  sqlite3_value* argument(int i) const { return arguments_[i]; }
  int type(int i) const { return sqlite3_value_type(arguments_[i]); }
  bool null(int i) const { return type(i) == SQLITE_NULL; }
  int64_t integer(int i) const { return sqlite3_value_int64(arguments_[i]); }
  double real(int i) const { return sqlite3_value_double(arguments_[i]); }
  // Text as it is, a number's text, a blob's bytes. Until the call ends.
  std::string_view text(int i) const {
    const void* const data = type(i) == SQLITE_BLOB
                                 ? sqlite3_value_blob(arguments_[i])
                                 : static_cast<const void*>(sqlite3_value_text(arguments_[i]));
    if (data == nullptr) return {};
    return {static_cast<const char*>(data),
            static_cast<size_t>(sqlite3_value_bytes(arguments_[i]))};
  }

  // Without one of these the result is null.
  void give(int64_t value) const { sqlite3_result_int64(context_, value); }
  void give(double value) const { sqlite3_result_double(context_, value); }
  void give(sqlite3_value* value) const { sqlite3_result_value(context_, value); }
  void give_text(std::string_view text) const {
    sqlite3_result_text64(context_, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  }
  void give_blob(std::string_view bytes) const {
    sqlite3_result_blob64(context_, bytes.empty() ? "" : bytes.data(), bytes.size(),
                          SQLITE_TRANSIENT);
  }

 private:
  sqlite3_context* context_;
  int count_;
  sqlite3_value** arguments_;
};

// A wrong argument of those that one writes as constants.
class BadConstant : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

using Function = void (*)(const Call&);

enum class Repeats { Always, Never };  // does it give the same for the same arguments?

struct Signature {
  const char* name;
  int count;  // of arguments; -1: any number
  Repeats repeats = Repeats::Always;
};

// What SQLite calls: nothing is thrown through it.
template <Function kFunction>
void enter(sqlite3_context* context, int count, sqlite3_value** arguments) {
  const Call call(context, count, arguments);
  try {
    kFunction(call);
  } catch (const BadConstant& error) {
    call.memory().bad_constant = true;
    sqlite3_result_error(context, error.what(), -1);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  } catch (const std::exception& error) {
    sqlite3_result_error(context, error.what(), -1);
  }
}

template <Function kFunction>
void add_function(sqlite3* db, Memory& memory, const Signature& as) {
  const int flags = SQLITE_UTF8 | (as.repeats == Repeats::Always ? SQLITE_DETERMINISTIC : 0);
  if (sqlite3_create_function_v2(db, as.name, as.count, flags, &memory, enter<kFunction>, nullptr,
                                 nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(std::string("SQLite refused the function ") + as.name);
}

}  // namespace streamworker::sql
