#include "http/message.h"

#include "codec/json_writer.h"

namespace streamworker::http {

std::string error_body(std::string_view code, std::string_view message) {
  JsonWriter json;
  json.begin_object().key("error").begin_object();
  json.member("code", code).member("message", message);
  json.end_object().end_object();
  return json.take();
}

Response error_response(int status, std::string_view code, std::string_view message) {
  Response out;
  out.status = status;
  out.body = error_body(code, message);
  return out;
}

Response failed(const Error& error) {
  if (error.remedy != Remedy::Retry) return error_response(500, "failed", error.message);
  Response out = error_response(503, "unavailable", error.message);
  out.retry_after = 1;
  return out;
}

Response wrong_method(std::string_view message, const std::string& allow) {
  Response out = error_response(405, "method_not_allowed", message);
  out.allow = allow;
  return out;
}

}  // namespace streamworker::http
