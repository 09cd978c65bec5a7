#include <algorithm>
#include <cctype>

#include "base/format.h"
#include "record/field_text.h"
#include "sql/call.h"
#include "sql/functions.h"
#include "sql/hex.h"

namespace streamworker::sql {
namespace {

using Part = std::optional<std::string_view>;

// RFC 3986, `scheme://[user@]host[:port][/path][?query][#fragment]`.
struct Url {
  Part scheme, user, host, port, path, query, fragment;
};

// Cuts what stands behind the first `mark`. None: it is not there.
Part cut_behind(std::string_view& text, char mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

void take_authority(std::string_view authority, Url& url) {
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    url.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  const size_t bracket = authority.rfind(']');  // of an IPv6 address
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    url.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  url.host = authority;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' ||
                  c == '.';
         });
}

Url take_apart(std::string_view text) {
  Url url;
  url.fragment = cut_behind(text, '#');
  url.query = cut_behind(text, '?');
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos && is_scheme(text.substr(0, colon))) {
    url.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t slash = std::min(text.find('/'), text.size());
    take_authority(text.substr(0, slash), url);
    text.remove_prefix(slash);
  }
  url.path = text;
  return url;
}

// Of a form: + is a blank, %41 is A; a % without two digits stands for itself.
std::string decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (text[i] == '%' && high >= 0 && low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const Part value = cut_behind(pair, '=');
    if (decode(pair) == name) return decode(value.value_or(""));
  }
  return std::nullopt;
}

Part named_part(const Url& url, std::string_view part) {
  if (part == "scheme") return url.scheme;
  if (part == "user") return url.user;
  if (part == "host") return url.host;
  if (part == "port") return url.port;
  if (part == "path") return url.path;
  if (part == "query") return url.query;
  if (part == "fragment") return url.fragment;
  throw BadConstant(fmt::format(
      "url_part: no part \"{}\" (scheme, user, host, port, path, query, fragment, ?name)", part));
}

void url_part(const Call& call) {
  if (call.null(1)) return;
  const std::string_view part = call.text(1);
  const Url url = take_apart(call.text(0));
  if (part.starts_with('?')) {
    const auto value = parameter(url.query.value_or(""), part.substr(1));
    if (value) call.give_text(*value);
    return;
  }
  const Part found = named_part(url, part);
  if (call.null(0) || !found) return;
  if (part != "port") return call.give_text(*found);
  if (const auto port = parse_int(*found)) call.give(*port);
}

}  // namespace

void add_url_functions(sqlite3* db, Memory& memory) {
  add_function<url_part>(db, memory, {"url_part", 2});
}

}  // namespace streamworker::sql
