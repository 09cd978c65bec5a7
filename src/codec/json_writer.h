// Builds one JSON text, piece by piece: answers over HTTP, output of commands.
//
//   JsonWriter json;
//   json.begin_object().key("tables").begin_array().value("a").end_array().end_object();
//   json.text();  // {"tables":["a"]}
//
// Commas and escapes are its business; that objects have keys and everything is closed is the
// caller's. Texts must be UTF-8: other bytes are written as U+FFFD. One thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace streamworker {

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(std::integral auto number) {
    if constexpr (std::same_as<decltype(number), bool>) {
      return raw(number ? "true" : "false");
    } else if constexpr (std::unsigned_integral<decltype(number)>) {
      return unsigned_value(number);
    } else {
      return signed_value(number);
    }
  }
  // null when it is not finite.
  JsonWriter& value(double number);
  JsonWriter& null() { return raw("null"); }
  // A text that is JSON already.
  JsonWriter& raw(std::string_view json);

  // key and value in one.
  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& signed_value(int64_t number);
  JsonWriter& unsigned_value(uint64_t number);
  void separate();

  std::string text_;
};

}  // namespace streamworker
