// A request to another worker, for commands.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace streamworker::http {

struct Answered {
  int status = 0;
  std::string body;
};

// Retry: nobody answers there, or not within `patience`.
Result<Answered> post(const std::string& host, int port, const std::string& path,
                      const std::string& body, Duration patience);

}  // namespace streamworker::http
