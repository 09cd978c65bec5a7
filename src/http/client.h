// Requests to another worker, for commands.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/event_reader.h"

namespace streamworker::http {

struct Answered {
  int status = 0;
  std::string body;
};

struct Server {
  std::string host;
  int port = 0;
  Secret token = {};  // empty: none is asked for
};

// Retry: nobody answers there, or not within `patience`.
Result<Answered> post(const Server& server, const std::string& path, const std::string& body,
                      Duration patience);

// What it does with a feed, on a thread of the call.
struct Follower {
  std::function<bool(const ServerEvent&)> take;  // false: no more
  std::function<bool()> stop_asked;              // likewise; asked several times a second
};
// Follows a feed until it ends. A body: the answer was no feed, but this. Retry: nobody answers
// there, or the connection was lost, or silent for longer than feeds are.
Result<Answered> follow(const Server& server, const std::string& path, const Follower& follower);

}  // namespace streamworker::http
