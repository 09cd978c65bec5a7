#include "http/message.h"

#include "record/json_text.h"

namespace streamworker::http {

std::string error_body(std::string_view code, std::string_view message) {
  std::string out = R"({"error": {"code": )";
  append_json_string(code, out);
  out += R"(, "message": )";
  append_json_string(message, out);
  out += "}}\n";
  return out;
}

Response error_response(int status, std::string_view code, std::string_view message) {
  Response out;
  out.status = status;
  out.body = error_body(code, message);
  return out;
}

}  // namespace streamworker::http
