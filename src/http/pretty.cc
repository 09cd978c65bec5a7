#include "http/pretty.h"

namespace streamworker::http {
namespace {

// The end of the string that begins at `at`, behind its closing quote.
size_t end_of_string(std::string_view json, size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return at < json.size() ? at + 1 : json.size();
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::string pretty(std::string_view json) {
  std::string out;
  size_t depth = 0;
  bool opened = false;  // the last character was a bracket that opens
  const auto new_line = [&] { out.append("\n").append(depth * 2, ' '); };
  for (size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (is_space(c)) continue;
    const bool closes = c == '}' || c == ']';
    if (closes) --depth;
    if (opened != closes && (opened || closes)) new_line();
    opened = c == '{' || c == '[';
    if (opened) ++depth;
    if (c == '"') {
      const size_t end = end_of_string(json, at);
      out.append(json.substr(at, end - at));
      at = end - 1;
      continue;
    }
    out += c;
    if (c == ',') new_line();
    if (c == ':') out += ' ';
  }
  return out + "\n";
}

}  // namespace streamworker::http
