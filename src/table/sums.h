// Sums and how many values are in them: exact ones of integers, compensated ones of doubles.
//
// A sum takes another one in, or takes it out: one value is the sum of itself, so adding, taking
// back and merging are one operation. Nothing is changed when it is refused.
#pragma once

#include <cmath>
#include <cstdint>

#include "record/value.h"
#include "table/refusal.h"

namespace streamworker {

enum class Sign : uint8_t { Add, TakeBack };

// NeverAdded: there are not so many.
inline Refusal combine(uint64_t& n, uint64_t other, Sign sign) {
  if (sign == Sign::TakeBack && other > n) return Refusal::NeverAdded;
  n = sign == Sign::Add ? n + other : n - other;
  return Refusal::None;
}

struct ExactSum {
  Int128 sum = 0;
  uint64_t n = 0;

  // Range: the sum would be outside of [least, most].
  Refusal combine(const ExactSum& other, Sign sign, Int128 least, Int128 most) {
    ExactSum made = *this;
    if (const Refusal refusal = streamworker::combine(made.n, other.n, sign);
        refusal != Refusal::None)
      return refusal;
    const bool overflow = sign == Sign::Add ? __builtin_add_overflow(sum, other.sum, &made.sum)
                                            : __builtin_sub_overflow(sum, other.sum, &made.sum);
    if (overflow || made.sum < least || made.sum > most) return Refusal::Range;
    if (made.n == 0) made.sum = 0;
    *this = made;
    return Refusal::None;
  }
};

// The value is sum + error. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation
// endlicher Summen, ZAMM 54 (1974): what an addition rounds away is added up beside the sum.
struct FloatSum {
  double sum = 0;
  double error = 0;
  uint64_t n = 0;

  static FloatSum of(double x) { return {x, 0, 1}; }
  // x², with the half of its digits that a double has no room for.
  static FloatSum of_square(double x) { return {x * x, std::fma(x, x, -(x * x)), 1}; }

  double value() const { return sum + error; }
  // Range: the sum would be beyond a double.
  Refusal combine(const FloatSum& other, Sign sign) {
    FloatSum made = *this;
    if (const Refusal refusal = streamworker::combine(made.n, other.n, sign);
        refusal != Refusal::None)
      return refusal;
    const double x = sign == Sign::Add ? other.sum : -other.sum;
    made.sum = sum + x;
    const double lost =
        std::fabs(sum) >= std::fabs(x) ? (sum - made.sum) + x : (x - made.sum) + sum;
    made.error += lost + (sign == Sign::Add ? other.error : -other.error);
    if (!std::isfinite(made.value())) return Refusal::Range;
    if (made.n == 0) made = {};
    *this = made;
    return Refusal::None;
  }
};

// The sum of squared distances from the mean, given Σx and Σx² of the same n > 0 values, computed
// with twice a double's digits, since the two differ little where the mean is large.
double squared_distances(const FloatSum& x, const FloatSum& squares);
// Is that computed without overflow?
bool has_distances(const FloatSum& x, const FloatSum& squares);

}  // namespace streamworker
