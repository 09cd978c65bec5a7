// A text that must not be shown. It prints as ***; `reveal` is called where it leaves for the
// server that asked for it, and nowhere else.
#pragma once

#include <string>

#include "base/format.h"

namespace streamworker {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace streamworker

template <>
struct fmt::formatter<streamworker::Secret> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const streamworker::Secret& secret, Context& context) const {
    return fmt::formatter<std::string_view>::format(secret.empty() ? "" : "***", context);
  }
};
