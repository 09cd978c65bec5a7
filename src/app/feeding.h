#pragma once
#include "app/topics.h"
#include <functional>
namespace streamworker {
class Feeding {
 public:
  Feeding(Log&, const config::File&, const Topics&, const Clock&, std::function<void(const std::string&)>) {}
  bool finite() const { return false; }
  bool done() const { return false; }
};
}
