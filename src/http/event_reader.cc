#include "http/event_reader.h"

#include <utility>

namespace streamworker::http {

bool EventReader::read(std::string_view bytes,
                       const std::function<bool(const ServerEvent&)>& take) {
  for (size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    line_ += bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    const std::string line = std::exchange(line_, {});
    if (!line.empty()) {
      take_line(line);
      continue;
    }
    const ServerEvent whole = std::exchange(event_, {});
    if (!whole.data.empty() && !take(whole)) return false;
  }
  line_ += bytes;
  return true;
}

// What it does not know, as comments, is passed by.
void EventReader::take_line(std::string_view line) {
  constexpr std::string_view name = "event: ";
  constexpr std::string_view data = "data: ";
  if (line.starts_with(name)) event_.name = line.substr(name.size());
  if (line.starts_with(data)) event_.data += line.substr(data.size());
}

}  // namespace streamworker::http
