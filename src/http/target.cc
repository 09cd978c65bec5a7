#include "http/target.h"

#include <algorithm>

#include "record/utf8.h"

namespace streamworker::http {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_clean(std::string_view text, std::string_view allowed) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [&](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte < 0x20 || byte == 0x7f) && allowed.find(c) == allowed.npos;
         });
}

// A parameter is text of somebody's, SQL of several lines maybe; a segment of the path is a name.
enum class Part { Segment, Parameter };

std::optional<std::string> decode(std::string_view raw, Part part) {
  const bool plus_is_space = part == Part::Parameter;
  std::string out;
  out.reserve(raw.size());
  for (size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] == '%') {
      if (at + 2 >= raw.size() || hex(raw[at + 1]) < 0 || hex(raw[at + 2]) < 0) return std::nullopt;
      out += static_cast<char>(hex(raw[at + 1]) * 16 + hex(raw[at + 2]));
      at += 2;
    } else {
      out += raw[at] == '+' && plus_is_space ? ' ' : raw[at];
    }
  }
  if (!is_clean(out, part == Part::Parameter ? "\t\n\r" : "")) return std::nullopt;
  return out;
}

bool parse_params(std::string_view query, std::map<std::string, std::string>& out) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equals), Part::Parameter);
    const auto value = decode(pair.substr(std::min(pair.size(), equals + 1)), Part::Parameter);
    if (!name || !value) return false;
    out.emplace(*name, *value);
  }
  return true;
}

}  // namespace

std::optional<Target> parse_target(std::string_view raw) {
  raw = raw.substr(0, raw.find('#'));
  if (!raw.starts_with('/')) return std::nullopt;
  const size_t question = std::min(raw.find('?'), raw.size());
  Target out;
  if (!parse_params(raw.substr(std::min(raw.size(), question + 1)), out.params))
    return std::nullopt;
  std::string_view path = raw.substr(1, question - 1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    auto decoded = decode(segment, Part::Segment);
    if (!decoded) return std::nullopt;
    out.path.push_back(std::move(*decoded));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
  }
  return out;
}

bool takes_post(const Target& target) {
  return takes_body(target) ||
         (target.path.size() == 3 && target.path[0] == "timers" && target.path[2] == "run");
}

bool takes_body(const Target& target) { return target.path.size() == 1 && target.path[0] == "sql"; }

}  // namespace streamworker::http
