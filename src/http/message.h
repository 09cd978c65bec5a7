// A request as the routes see it, and what they answer. Nothing here knows of sockets.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/target.h"

namespace streamworker::http {

struct Request {
  Target target;
  bool wants_html = false;  // Accept names text/html: a person with a browser
  bool post = false;        // else GET or HEAD
};

struct Response {
  int status = 200;
  std::string body;
  std::string type = "application/json";
  // The path's pattern, as the label of the metrics: never what the client sent.
  std::string route = "other";
  std::string allow;  // of a 405
};

// Called by several threads at once. What it throws becomes a 500 that says nothing of it.
using Handler = std::function<Response(const Request&)>;

// {"error":{"code":"not_found","message":"…"}}
std::string error_body(std::string_view code, std::string_view message);
Response error_response(int status, std::string_view code, std::string_view message);
// A 405; `allow`: what may be asked instead.
Response wrong_method(std::string_view message, const std::string& allow);

}  // namespace streamworker::http
