// A request as the routes see it, and what they answer. Nothing here knows of sockets.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/feed.h"
#include "http/target.h"

namespace streamworker::http {

struct Request {
  Target target;
  std::string raw_target;   // as it was sent
  bool wants_html = false;  // Accept names text/html: a person with a browser
  bool post = false;        // else GET or HEAD
  std::string body;         // of a POST
  // Another worker asks, and means the one of this name (kMeantHeader).
  std::string meant;
  bool may_wait = false;  // a thread of a lane asks (Lanes)
};

// What a worker that passes a request on to another one adds: the other's name.
constexpr const char* kMeantHeader = "X-Streamworker-Worker";

struct Response {
  int status = 200;
  std::string body;
  std::string type = "application/json";
  // The path's pattern, as the label of the metrics: never what the client sent.
  std::string route = "other";
  std::string allow;    // of a 405
  int retry_after = 0;  // seconds, of a 503
  // This is no answer: it is to be made by a thread of this lane (Lanes).
  std::optional<size_t> lane = {};
  // What follows the head instead of a body, as server-sent events.
  std::shared_ptr<Feed> feed = {};
};

// Called by several threads at once. What it throws becomes a 500 that says nothing of it.
using Handler = std::function<Response(const Request&)>;

// Requests that wait for something outside, as a database, do so on threads of their own, so that
// all others are answered meanwhile; those of one lane wait for the same.
struct Lanes {
  size_t count = 0;
  // None: it waits for nothing.
  std::function<std::optional<size_t>(const Request&)> of;
};

// {"error":{"code":"not_found","message":"…"}}
std::string error_body(std::string_view code, std::string_view message);
Response error_response(int status, std::string_view code, std::string_view message);
// What could not be done: 503 and when to ask again, where that may help; else 500.
Response failed(const Error& error);
// A 405; `allow`: what may be asked instead.
Response wrong_method(std::string_view message, const std::string& allow);

}  // namespace streamworker::http
