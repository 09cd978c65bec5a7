// How the data path reports errors. Exceptions are for configuration and start only.
//
// Result<T> has the names of std::expected. Its error says what to do about it, not where it came
// from; each level that passes it on prefixes what it was doing (see `context`).
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace streamworker {

enum class Remedy {
  Retry,  // the outside is away or busy: the same call may succeed later
  Skip,   // this record (or row) is at fault, the next one may be good
  Stop,   // nothing that the program can do will help: a person must act
};

struct Error {
  Remedy remedy = Remedy::Stop;
  std::string message;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  // REQUIRES: has_value()
  T& value() { return *std::get_if<0>(&state_); }
  const T& value() const { return *std::get_if<0>(&state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  // REQUIRES: !has_value()
  Error& error() { return *std::get_if<1>(&state_); }
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}

  bool has_value() const { return !failed_; }
  explicit operator bool() const { return !failed_; }
  Error& error() { return error_; }
  const Error& error() const { return error_; }

 private:
  bool failed_ = false;
  Error error_;
};

inline Error retry(std::string message) { return {Remedy::Retry, std::move(message)}; }
inline Error skip(std::string message) { return {Remedy::Skip, std::move(message)}; }
inline Error stop(std::string message) { return {Remedy::Stop, std::move(message)}; }

// The same error, prefixed with what was being done: context(e, "reading the offsets of data[3]").
inline Error context(Error error, const std::string& doing) {
  error.message = doing + ": " + error.message;
  return error;
}

}  // namespace streamworker
