#include "http/client.h"

#include <httplib.h>

#include "base/format.h"

namespace streamworker::http {

namespace {

// An address that means all of this machine's, as one of them.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

}  // namespace

Result<Answered> post(const std::string& host, int port, const std::string& path,
                      const std::string& body, Duration patience) {
  httplib::Client client(reachable(host), port);
  client.set_connection_timeout(std::chrono::seconds(5));
  client.set_read_timeout(patience);
  client.set_default_headers({{"Host", "localhost"}});
  const auto result = client.Post(path, body, "application/sql");
  if (!result)
    return retry(fmt::format("nobody answers at {}:{} ({})", host, port,
                             httplib::to_string(result.error())));
  return Answered{result->status, result->body};
}

}  // namespace streamworker::http
