// A value that owns its text: what outlives the record that it came from.
#pragma once

#include <cstring>
#include <memory>

#include "record/value.h"

namespace streamworker {

class OwnedValue {
 public:
  explicit OwnedValue(const Value& value) : value_(value) {
    if (!value.is_view()) return;
    const std::string_view text = value.as_view();
    text_ = std::make_unique_for_overwrite<char[]>(text.size());
    if (!text.empty()) std::memcpy(text_.get(), text.data(), text.size());
    const std::string_view copy(text_.get(), text.size());
    value_ = value.kind() == Value::Kind::String ? Value::of_string(copy)
             : value.kind() == Value::Kind::Json ? Value::of_json(copy)
                                                 : Value::of_bytes(copy);
  }

  // Its view lives as long as this, also when this is moved.
  const Value& get() const { return value_; }
  size_t heap_bytes() const { return text_size(value_); }

  static size_t text_size(const Value& value) {
    return value.is_view() ? value.as_view().size() : 0;
  }

 private:
  Value value_;
  std::unique_ptr<char[]> text_;
};

}  // namespace streamworker
