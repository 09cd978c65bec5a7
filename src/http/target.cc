#include "http/target.h"

#include <algorithm>

namespace streamworker::http {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

size_t length_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

// The second byte is narrower after some leads: no overlong forms, surrogates, or beyond U+10FFFF.
bool second_fits(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second <= 0x9f;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second <= 0x8f;
    default:
      return true;
  }
}

bool is_clean_utf8(std::string_view text) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
  for (size_t at = 0; at < text.size();) {
    const size_t length = length_by_lead(byte(at));
    if (length == 0 || length > text.size() - at) return false;
    if (length == 1 && (byte(at) < 0x20 || byte(at) == 0x7f)) return false;
    for (size_t i = 1; i < length; ++i)
      if ((byte(at + i) & 0xc0) != 0x80) return false;
    if (length > 1 && !second_fits(byte(at), byte(at + 1))) return false;
    at += length;
  }
  return true;
}

std::optional<std::string> decode(std::string_view raw, bool plus_is_space) {
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
  if (!is_clean_utf8(out)) return std::nullopt;
  return out;
}

bool parse_params(std::string_view query, std::map<std::string, std::string>& out) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equals), true);
    const auto value = decode(pair.substr(std::min(pair.size(), equals + 1)), true);
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
    auto decoded = decode(segment, false);
    if (!decoded) return std::nullopt;
    out.path.push_back(std::move(*decoded));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
  }
  return out;
}

}  // namespace streamworker::http
