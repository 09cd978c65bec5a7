#include "config/endpoints.h"

#include <algorithm>

#include "base/format.h"
#include "config/scalars.h"

namespace streamworker::config {

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  int dots = 0;
  std::string part;
  for (const char c : host + ".") {
    if (c != '.') {
      part += c;
      continue;
    }
    int number = 0;
    if (part.size() > 3 || !Whole{0, 255}.from_text(part, number)) return false;
    if (dots == 0 && number != 127) return false;
    ++dots;
    part.clear();
  }
  return dots == 4;
}

std::string host_and_port(const std::string& host, int port) {
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

std::string address_of(const std::string& host, int port, const std::string& machine) {
  return host_and_port(host == "0.0.0.0" || host == "::" ? machine : host, port);
}

bool split_host_port(const std::string& text, std::string& host, int& port) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  host = text.substr(0, colon);
  const std::string digits = text.substr(colon + 1);
  const bool plain =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!plain || !Whole{0, 65'535}.from_text(digits, port)) return false;
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return !host.empty();
  }
  return host.find_first_of(":/@[] \t") == std::string::npos;
}

bool Brokers::from_text(const std::string& text, std::string& value) const {
  std::string out;
  size_t from = 0;
  while (from <= text.size()) {
    const size_t comma = std::min(text.find(',', from), text.size());
    std::string one = text.substr(from, comma - from);
    from = comma + 1;
    one.erase(0, one.find_first_not_of(' '));
    one.erase(one.find_last_not_of(' ') + 1);
    if (one.rfind("kafka://", 0) == 0) one.erase(0, 8);
    std::string host;
    int port = 0;
    const bool bare = !one.empty() && one.find_first_of(":/@[] \t") == std::string::npos;
    if (!bare && (!split_host_port(one, host, port) || port == 0)) return false;
    if (one == "embedded" && text.find(',') != std::string::npos) return false;
    out += (out.empty() ? "" : ",") + one;
  }
  value = out;
  return true;
}

void Listen::read(const Spot& spot, File& value) const {
  const std::string expected = "an address like 127.0.0.1:6066";
  const auto text = spot.scalar(expected);
  if (!text) return;
  std::string host;
  int port = 0;
  if (!split_host_port(*text, host, port)) return spot.unexpected(expected);
  value.http_host = host;
  value.http_port = port;
}

Tree Listen::show(const File& value) const {
  return Tree::of(host_and_port(value.http_host, value.http_port));
}

bool Address::from_text(const std::string& text, std::string& value) const {
  std::string host;
  int port = 0;
  value = text;
  return split_host_port(text, host, port) && port != 0;
}

}  // namespace streamworker::config
