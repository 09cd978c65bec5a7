// Finds keys that stand twice in one JSON object, at any depth, in time that no input can blow up:
// objects of up to 16 keys are compared key by key, larger ones are sorted when they end. Keys are
// views that must live until the message ends. One thread; reused, so a steady state allocates
// nothing.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace streamworker {

class KeyCheck {
 public:
  // A new message.
  void clear() {
    keys_.clear();
    starts_.clear();
  }
  void begin_object() { starts_.push_back(keys_.size()); }
  // False: the object has it already.
  [[nodiscard]] bool add(std::string_view key);
  // A key that stands twice in the object that ends here: its later occurrence.
  std::optional<std::string_view> end_object();

 private:
  static constexpr size_t kFew = 16;
  std::vector<std::string_view> keys_;  // of all open objects
  std::vector<size_t> starts_;          // of each open object's keys
};

}  // namespace streamworker
