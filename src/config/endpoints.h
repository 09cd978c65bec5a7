// The shapes of addresses: `kafka.brokers`, `http.listen` and `http.advertise`.
#pragma once

#include <string>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// host:port, several with commas, each perhaps with kafka:// before it, which is cut off; or
// `embedded`.
struct Brokers {
  bool from_text(const std::string& text, std::string& value) const;
  std::string expected() const { return "host:port, several with commas, or embedded"; }
  std::string kind() const { return "host:port, several with commas, or `embedded`"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const std::string& value) const { return Tree::of(value); }
};

// host:port.
struct Listen {
  void read(const Spot& spot, File& value) const;
  std::string kind() const { return "host:port"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const File& value) const;
};

// host:port of any host.
struct Address {
  bool from_text(const std::string& text, std::string& value) const;
  std::string expected() const { return "host:port"; }
  std::string kind() const { return expected(); }
  Tree schema() const { return Tree::map({{"type", Tree::of("string")}}); }
  Tree show(const std::string& value) const { return value.empty() ? Tree() : Tree::of(value); }
};

// It is reached from this machine alone.
bool is_loopback(const std::string& host);
// "[::1]:6066", "127.0.0.1:6066"
std::string host_and_port(const std::string& host, int port);
// For other machines: where `host` means all addresses of this one, it is called `machine`.
std::string address_of(const std::string& host, int port, const std::string& machine);
// "host:port", "[v6]:port". False: it is not; a port is 0 to 65535.
bool split_host_port(const std::string& text, std::string& host, int& port);

}  // namespace streamworker::config
