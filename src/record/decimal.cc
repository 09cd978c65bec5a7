#include "record/decimal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace streamworker {
namespace {

constexpr std::array<Int128, 39> kPowers = [] {
  std::array<Int128, 39> powers{};
  Int128 power = 1;
  for (size_t n = 0; n < powers.size(); ++n) {
    powers[n] = power;
    if (n + 1 < powers.size()) power *= 10;
  }
  return powers;
}();

constexpr Int128 kChunk = kPowers[18];      // what is written at a time
constexpr Int128 kExact = Int128{1} << 53;  // integers below are exact as doubles

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number's text taken apart. The point stands behind the first `point` digits of whole ++
// fraction.
struct Parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int64_t exponent = 0;

  int64_t digits() const { return static_cast<int64_t>(whole.size() + fraction.size()); }
  int64_t point() const { return static_cast<int64_t>(whole.size()) + exponent; }
  int digit(int64_t i) const {
    const auto at = static_cast<size_t>(i);
    return (at < whole.size() ? whole[at] : fraction[at - whole.size()]) - '0';
  }
};

std::string_view take_digits(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

bool take_sign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
  const bool negative = text.front() == '-';
  text.remove_prefix(1);
  return negative;
}

// Far beyond any type's digits, and far from overflow.
constexpr int64_t kLargestExponent = 1'000'000'000;

std::optional<int64_t> take_exponent(std::string_view& text) {
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return 0;
  text.remove_prefix(1);
  const bool negative = take_sign(text);
  const std::string_view digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  int64_t exponent = 0;
  for (const char c : digits) {
    if (exponent < kLargestExponent) exponent = exponent * 10 + (c - '0');
  }
  return negative ? -exponent : exponent;
}

std::optional<Parts> take_apart(std::string_view text) {
  Parts parts;
  parts.negative = take_sign(text);
  parts.whole = take_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
  }
  const auto exponent = take_exponent(text);
  if (!exponent || !text.empty() || parts.digits() == 0) return std::nullopt;
  parts.exponent = *exponent;
  return parts;
}

// Applies what the digits from `kept` on say. False: they must not be lost.
bool round_off(const Parts& parts, int64_t kept, Rounding rounding, Int128& value) {
  if (rounding == Rounding::Cut) return true;
  if (rounding == Rounding::Round) {
    if (kept >= 0 && kept < parts.digits() && parts.digit(kept) >= 5) ++value;
    return true;
  }
  for (int64_t i = kept < 0 ? 0 : kept; i < parts.digits(); ++i) {
    if (parts.digit(i) != 0) return false;
  }
  return true;
}

std::optional<Int128> assemble(const Parts& parts, FieldType type, Rounding rounding) {
  const Int128 limit = kPowers[type.precision];
  const int64_t kept = parts.point() + type.scale;
  Int128 value = 0;
  for (int64_t i = 0; i < kept; ++i) {
    const bool behind = i >= parts.digits();
    if (behind && value == 0) break;
    if (value >= limit / 10) return std::nullopt;
    value = value * 10 + (behind ? 0 : parts.digit(i));
  }
  if (!round_off(parts, kept, rounding, value) || value >= limit) return std::nullopt;
  return parts.negative ? -value : value;
}

// Appends digits to `value`. REQUIRES: no more than 18 in all.
int64_t append_digits(std::string_view digits, int64_t value) {
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// The form of nearly all: up to 18 digits, no exponent, nothing to round. None: anything else.
std::optional<Int128> parse_short(std::string_view text, FieldType type) {
  if (text.size() > 18) return std::nullopt;
  const bool negative = take_sign(text);
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  const bool no_digits = whole.empty() && fraction.empty();
  // The product below has at most 18 + 19 digits.
  if (!text.empty() || no_digits || fraction.size() > type.scale ||
      type.scale - fraction.size() > 19)
    return std::nullopt;
  const Int128 scaled =
      append_digits(fraction, append_digits(whole, 0)) * kPowers[type.scale - fraction.size()];
  if (scaled >= kPowers[type.precision]) return std::nullopt;
  return negative ? -scaled : scaled;
}

}  // namespace

Int128 power_of_ten(unsigned n) { return kPowers[n]; }

std::optional<Int128> parse_decimal(std::string_view text, FieldType type, Rounding rounding) {
  if (const auto value = parse_short(text, type)) return value;
  const auto parts = take_apart(text);
  if (!parts) return std::nullopt;
  return assemble(*parts, type, rounding);
}

std::optional<Int128> rescale_decimal(Int128 unscaled, uint8_t scale, FieldType type,
                                      Rounding rounding) {
  const Int128 limit = kPowers[type.precision];
  Int128 value = unscaled < 0 ? -unscaled : unscaled;
  if (type.scale >= scale) {
    const Int128 factor = kPowers[type.scale - scale];
    if (value > (limit - 1) / factor) return std::nullopt;
    value *= factor;
  } else {
    const Int128 divisor = kPowers[scale - type.scale];
    const Int128 lost = value % divisor;
    value /= divisor;
    if (lost != 0 && rounding == Rounding::Exact) return std::nullopt;
    if (rounding == Rounding::Round && lost >= divisor - lost) ++value;
  }
  if (value >= limit) return std::nullopt;
  return unscaled < 0 ? -value : value;
}

void append_decimal(Int128 unscaled, uint8_t scale, std::string& out) {
  std::array<char, 48> digits{};
  Int128 rest = unscaled < 0 ? -unscaled : unscaled;
  char* const end = digits.data() + digits.size();
  char* at = end;
  const auto put = [&](uint64_t chunk, int least) {
    for (int n = 0; n < least || chunk != 0; ++n, chunk /= 10)
      *--at = static_cast<char>('0' + chunk % 10);
  };
  while (rest >= kChunk) {
    put(static_cast<uint64_t>(rest % kChunk), 18);
    rest /= kChunk;
  }
  put(static_cast<uint64_t>(rest), 0);
  while (end - at < scale + 1) *--at = '0';
  if (unscaled < 0) out += '-';
  out.append(at, end - scale);
  if (scale == 0) return;
  out += '.';
  out.append(end - scale, end);
}

double decimal_to_double(Int128 unscaled, uint8_t scale) {
  if (unscaled > -kExact && unscaled < kExact && scale <= 22)
    return static_cast<double>(unscaled) / static_cast<double>(kPowers[scale]);
  std::string text;
  append_decimal(unscaled, scale, text);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<Int128> decimal_from_double(double value, FieldType type) {
  if (!std::isfinite(value)) return std::nullopt;
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return parse_decimal({text.data(), static_cast<size_t>(end - text.data())}, type,
                       Rounding::Round);
}

}  // namespace streamworker
