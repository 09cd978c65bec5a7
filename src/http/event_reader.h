// Server-sent events out of the bytes of a feed. One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace streamworker::http {

struct ServerEvent {
  std::string name;  // empty: none
  std::string data;
};

class EventReader {
 public:
  // Gives each event that is whole now to `take`, in order, until that says false; then it says so.
  bool read(std::string_view bytes, const std::function<bool(const ServerEvent&)>& take);

 private:
  void take_line(std::string_view line);

  std::string line_;  // that has no end yet
  ServerEvent event_;
};

}  // namespace streamworker::http
