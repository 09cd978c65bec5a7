#include "table/sums.h"

#include <algorithm>

namespace streamworker {
namespace {

// high + low, high being the nearest double.
struct Double2 {
  double high = 0;
  double low = 0;
};

Double2 normal(const FloatSum& sum) {
  const double high = sum.sum + sum.error;
  return {high, (sum.sum - high) + sum.error};
}

Double2 product(double a, const Double2& b) {
  const double high = a * b.high;
  return {high, std::fma(a, b.high, -high) + a * b.low};
}

}  // namespace

// Dekker, A Floating-Point Technique for Extending the Available Precision, 1971.
double squared_distances(const FloatSum& x, const FloatSum& squares) {
  const auto n = static_cast<double>(x.n);
  const Double2 sum = normal(x);
  const Double2 left = product(n, normal(squares));
  Double2 right = product(sum.high, sum);
  right.low += sum.high * sum.low;
  return std::max(0.0, (left.high - right.high) + (left.low - right.low)) / n;
}

bool has_distances(const FloatSum& x, const FloatSum& squares) {
  return std::isfinite(x.value() * x.value() * 2) &&
         std::isfinite(squares.value() * static_cast<double>(squares.n) * 2);
}

}  // namespace streamworker
