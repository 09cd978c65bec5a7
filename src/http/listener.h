// A listening TCP socket.
#pragma once

#include <string>

#include "base/result.h"

namespace streamworker::http {

struct Listener {
  int socket = -1;  // non-blocking; the caller closes it
  int port = 0;
  bool loopback = false;
};

// `port` 0: a free one. Never shares a port with another process.
Result<Listener> listen_on(const std::string& host, int port);

}  // namespace streamworker::http
