#include "sql/patterns.h"

#include <algorithm>
#include <stdexcept>

#include "base/format.h"
#include "record/utf8.h"

namespace streamworker::sql {
namespace {

constexpr auto kSyntax = std::regex_constants::ECMAScript | std::regex_constants::__polynomial;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
}

void require(std::string_view text, size_t longest, const char* what) {
  if (text.size() > longest)
    throw std::invalid_argument(
        fmt::format("a {} of {} bytes is too long (at most {})", what, text.size(), longest));
}

// How many bytes of a character follow its first one.
int tail_of(unsigned char lead) {
  if (lead < 0xc0) return 0;
  if (lead < 0xe0) return 1;
  return lead < 0xf0 ? 2 : 3;
}

std::wstring widen(std::string_view text) {
  if (!is_utf8(text)) throw std::invalid_argument("text that is not UTF-8");
  std::wstring wide;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int tail = tail_of(lead);
    unsigned point = tail == 0 ? lead : lead & (0x3fU >> static_cast<unsigned>(tail));
    for (int k = 0; k < tail; ++k)
      point = point << 6U | (static_cast<unsigned char>(text[++i]) & 0x3fU);
    wide += static_cast<wchar_t>(point);
  }
  return wide;
}

void append_utf8(unsigned point, std::string& out) {
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0U | point >> 6U);
  } else {
    if (point < 0x10000) {
      put(0xe0U | point >> 12U);
    } else {
      put(0xf0U | point >> 18U);
      put(0x80U | (point >> 12U & 0x3fU));
    }
    put(0x80U | (point >> 6U & 0x3fU));
  }
  put(0x80U | (point & 0x3fU));
}

std::string to_utf8(const std::wstring& wide) {
  std::string text;
  for (const wchar_t c : wide) append_utf8(static_cast<unsigned>(c), text);
  return text;
}

}  // namespace

Pattern::Pattern(std::string_view pattern) {
  require(pattern, kLongestPattern, "pattern");
  try {
    if (is_ascii(pattern)) narrow_.emplace(pattern.data(), pattern.size(), kSyntax);
    wide_.assign(widen(pattern), kSyntax);
  } catch (const std::regex_error& error) {
    throw std::invalid_argument(fmt::format("\"{}\": {}", pattern, error.what()));
  }
  groups_ = wide_.mark_count();
}

bool Pattern::narrow(std::string_view text) const {
  require(text, kLongestText, "text");
  return narrow_.has_value() && is_ascii(text);
}

bool Pattern::search(std::string_view text) const {
  if (narrow(text)) return std::regex_search(text.begin(), text.end(), *narrow_);
  return std::regex_search(widen(text), wide_);
}

std::optional<std::string> Pattern::extract(std::string_view text, size_t group) const {
  if (narrow(text)) {
    std::cmatch match;
    if (!std::regex_search(text.data(), text.data() + text.size(), match, *narrow_) ||
        !match[group].matched)
      return std::nullopt;
    return match[group].str();
  }
  std::wsmatch match;
  const std::wstring wide = widen(text);
  if (!std::regex_search(wide, match, wide_) || !match[group].matched) return std::nullopt;
  return to_utf8(match[group].str());
}

const Pattern& Patterns::get(std::string_view pattern) {
  const auto found = known_.find(pattern);
  if (found != known_.end()) return found->second;
  Pattern made(pattern);
  if (known_.size() >= kKept) known_.clear();
  return known_.emplace(pattern, std::move(made)).first->second;
}

}  // namespace streamworker::sql
