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
bool opens(char c) { return c == '{' || c == '['; }
bool closes(char c) { return c == '}' || c == ']'; }

// Writes one character that is not in a string, with the line ends and blanks it brings.
class Layout {
 public:
  void put(char c) {
    if (closes(c)) --depth_;
    before(c);
    out_ += c;
    if (opens(c)) ++depth_;
    if (c == ',') new_line();
    if (c == ':') out_ += ' ';
    opened_ = opens(c);
  }
  void put_string(std::string_view text) {
    before('"');
    out_ += text;
    opened_ = false;
  }
  std::string finish() { return std::move(out_) + "\n"; }

 private:
  // An empty object or array stays on its line.
  void before(char c) {
    if (opened_ != closes(c)) new_line();
  }
  void new_line() { out_.append("\n").append(depth_ * 2, ' '); }

  std::string out_;
  size_t depth_ = 0;
  bool opened_ = false;  // the last character was a bracket that opens
};

}  // namespace

std::string pretty(std::string_view json) {
  Layout layout;
  for (size_t at = 0; at < json.size(); ++at) {
    if (is_space(json[at])) continue;
    if (json[at] == '"') {
      const size_t end = end_of_string(json, at);
      layout.put_string(json.substr(at, end - at));
      at = end - 1;
    } else {
      layout.put(json[at]);
    }
  }
  return layout.finish();
}

}  // namespace streamworker::http
