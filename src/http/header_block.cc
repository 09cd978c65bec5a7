#include "http/header_block.h"

#include <algorithm>
#include <charconv>

namespace streamworker::http {
namespace {

constexpr size_t kMostHeaders = 100;

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 9110: the characters of a header's name.
bool is_token(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_alnum(c) || marks.find(c) != std::string_view::npos;
  });
}

bool is_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

bool is_name(std::string_view name, std::string_view lower) {
  return std::equal(name.begin(), name.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<size_t> number(std::string_view digits) {
  size_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value);
  return read.ptr == end && read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

void note(HeaderBlock& out, std::string_view name, std::string_view value) {
  if (is_name(name, "host")) out.hosts.push_back(value);
  if (is_name(name, "range")) out.has_range = true;
  if (is_name(name, "expect")) out.expects = true;
  const bool encoded = is_name(name, "transfer-encoding");
  const bool sized = is_name(name, "content-length");
  if (!encoded && !(sized && value != "0")) return;
  out.body = encoded || out.has_body ? std::nullopt : number(value);
  out.has_body = true;
}

// The next line without its end; false: there is none, or it has a bare CR or LF in it.
bool next_line(std::string_view& rest, std::string_view& line) {
  const size_t end = rest.find("\r\n");
  if (end == std::string_view::npos) return false;
  line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return is_value(line);
}

}  // namespace

HeaderBlock parse_header_block(std::string_view head) {
  HeaderBlock out;
  std::string_view line;
  if (!next_line(head, line) || std::count(line.begin(), line.end(), ' ') != 2) return out;
  out.http_1_0 = line.ends_with(" HTTP/1.0");
  for (size_t headers = 0; next_line(head, line); ++headers) {
    if (line.empty()) {
      out.well_formed = head.empty();
      return out;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return out;
    out.too_many = headers >= kMostHeaders;
    note(out, line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return out;
}

}  // namespace streamworker::http
