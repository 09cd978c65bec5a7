#include <algorithm>
#include <cmath>
#include <random>

#include "table/distinct_count.h"
#include "table/hyperloglog.h"
#include "table/tdigest.h"
#include "table/value_order.h"
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

constexpr double kStandardError = 0.0082;  // 1.04 / sqrt(2^14), rounded up

// Where the value stands among the sorted ones, as a quantile: the middle of its equals.
double rank_of(const std::vector<double>& sorted, double value) {
  const auto low = std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
  const auto high = std::upper_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
  return static_cast<double>(low + high) / 2 / static_cast<double>(sorted.size());
}

// The largest error of the ranks of q for these values.
double worst_rank(const TDigest& digest, std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return std::fabs(rank_of(values, digest.quantile(q)) - q);
}

std::vector<double> random_values(int shape, size_t n) {
  std::mt19937_64 random(static_cast<uint64_t>(shape) + 1);
  std::normal_distribution<double> normal(1000, 1);
  std::lognormal_distribution<double> skewed(0, 3);
  std::uniform_real_distribution<double> even(-1, 1);
  std::vector<double> values;
  for (size_t k = 0; k < n; ++k) {
    switch (shape) {
      case 0:
        values.push_back(even(random));
        break;
      case 1:
        values.push_back(normal(random));
        break;
      case 2:
        values.push_back(skewed(random));
        break;
      case 3:
        values.push_back(static_cast<double>(k));  // sorted
        break;
      default:
        values.push_back(-static_cast<double>(k));  // the other way round
    }
  }
  return values;
}

}  // namespace

TEST_CASE("HyperLogLog is off by one per cent") {
  for (const uint64_t n : {1U, 10U, 100U, 1000U, 5000U, 20'000U, 50'000U, 100'000U, 1'000'000U}) {
    const int rounds = n > 100'000 ? 4 : 20;
    double squares = 0;
    for (int round = 0; round < rounds; ++round) {
      HyperLogLog sketch;
      for (uint64_t k = 0; k < n; ++k)
        sketch.add(hash_of(i(static_cast<int64_t>(k * 1'000'003 + static_cast<uint64_t>(round)))));
      const double error = sketch.estimate() / static_cast<double>(n) - 1;
      squares += error * error;
      // Of a few values two may share a register.
      CHECK(std::fabs(error) < std::max(4 * kStandardError, 1.1 / static_cast<double>(n)));
    }
    if (n >= 1000) CHECK(std::sqrt(squares / rounds) < 1.6 * kStandardError);
  }
  CHECK(HyperLogLog().estimate() == 0);
}

TEST_CASE("HyperLogLog of strings and of time stamps") {
  HyperLogLog strings;
  HyperLogLog times;
  for (int64_t n = 0; n < 200'000; ++n) {
    strings.add(hash_of(s("user-" + std::to_string(n))));
    times.add(hash_of(Value::of_timestamp(n * 1'000'000)));
  }
  CHECK(std::fabs(strings.estimate() / 200'000 - 1) < 3 * kStandardError);
  CHECK(std::fabs(times.estimate() / 200'000 - 1) < 3 * kStandardError);
}

TEST_CASE("HyperLogLog merges as if all had been added to one") {
  HyperLogLog one;
  HyperLogLog left;
  HyperLogLog right;
  for (int64_t n = 0; n < 30'000; ++n) {
    one.add(hash_of(i(n)));
    if (n < 20'000) left.add(hash_of(i(n)));
    if (n >= 10'000) right.add(hash_of(i(n)));
  }
  left.merge(right);
  std::string merged;
  std::string whole;
  left.append_packed(merged);
  one.append_packed(whole);
  CHECK(merged == whole);
  CHECK(merged.size() == HyperLogLog::kPacked);
  CHECK(left.estimate() == one.estimate());
  HyperLogLog read;
  REQUIRE(read.read_packed(whole));
  CHECK(read.estimate() == one.estimate());
  CHECK_FALSE(read.read_packed(std::string(HyperLogLog::kPacked, '\xff')));
  CHECK_FALSE(read.read_packed(whole.substr(1)));
}

TEST_CASE("the largest sketch has a finite estimate") {
  HyperLogLog sketch;
  for (uint64_t n = 0; n < HyperLogLog::kRegisters; ++n) sketch.add(n << 50);
  DistinctCount count;
  for (uint64_t n = 0; n < HyperLogLog::kRegisters; ++n) count.add(n << 50);
  CHECK(sketch.estimate() > 1e18);
  CHECK(count.count() > 1'000'000'000'000'000'000U);
}

TEST_CASE("distinct values are counted exactly to 1000, then about") {
  OneCall call("count_distinct", {{FieldType{Type::String}}});
  for (int round = 0; round < 3; ++round) {
    for (int n = 0; n < 1000; ++n) call.with({s("key " + std::to_string(n))});
    CHECK(call.result() == "1000");
  }
  CHECK(call.calls.bytes(call.row) < 9000);
  for (int n = 1000; n < 3000; ++n) call.with({s("key " + std::to_string(n))});
  CHECK(std::fabs(static_cast<double>(call.value().as_int()) / 3000 - 1) < 3 * kStandardError);
  CHECK(call.calls.bytes(call.row) < 17'200);
  CHECK(call.bytes().size() < HyperLogLog::kPacked + 10);
  DistinctCount barely;
  for (int64_t n = 0; n < 1001; ++n) barely.add(hash_of(i(n)));
  CHECK(barely.count() >= 1001);
  CHECK(barely.count() < 1040);
}

TEST_CASE("how distinct counts came together makes no difference") {
  for (const int64_t n : {500, 1000, 1001, 1500, 5000}) {
    DistinctCount one;
    DistinctCount parts[3];
    for (int64_t k = 0; k < n; ++k) {
      one.add(hash_of(i(k)));
      parts[k % 3].add(hash_of(i(k)));
      parts[(k + 1) % 3].add(hash_of(i(k)));
    }
    for (const auto& [a, b, c] : {std::tuple{0, 1, 2}, {2, 0, 1}}) {
      DistinctCount merged;
      for (const int part : {a, b, c}) merged.merge(parts[part]);
      std::string bytes;
      std::string expected;
      merged.append(bytes);
      one.append(expected);
      CHECK(bytes == expected);
      CHECK(merged.count() == one.count());
    }
  }
}

TEST_CASE("t-digest is exact while it is small") {
  for (const auto& [q, expected] :
       {std::pair{0.0, 1.0}, {0.25, 1.75}, {0.5, 2.5}, {0.9, 3.7}, {1.0, 4.0}}) {
    OneCall call("percentile", {{FieldType{Type::Int}}, constant(d(q))});
    CHECK(call.with({i(3), i(1), i(4), i(2)}).value().as_double() == Approx(expected));
  }
  TDigest digest;
  for (int n = 0; n <= 500; ++n) digest.add((n * 7) % 501);
  for (int n = 0; n <= 500; ++n) CHECK(digest.quantile(n / 500.0) == Approx(n));
  TDigest one;
  one.add(-2.5);
  for (const double q : {0.0, 0.3, 1.0}) CHECK(one.quantile(q) == -2.5);
}

TEST_CASE("t-digest errs little, and less at the ends") {
  for (int shape = 0; shape < 5; ++shape) {
    const std::vector<double> values = random_values(shape, 200'000);
    TDigest digest;
    for (const double value : values) digest.add(value);
    for (const double q : {0.25, 0.5, 0.75}) CHECK(worst_rank(digest, values, q) < 0.005);
    for (const double q : {0.05, 0.1, 0.9, 0.95}) CHECK(worst_rank(digest, values, q) < 0.003);
    for (const double q : {0.01, 0.99}) CHECK(worst_rank(digest, values, q) < 0.001);
    for (const double q : {0.001, 0.999}) CHECK(worst_rank(digest, values, q) < 0.0002);
    CHECK(digest.quantile(0) == *std::min_element(values.begin(), values.end()));
    CHECK(digest.quantile(1) == *std::max_element(values.begin(), values.end()));
    std::string bytes;
    digest.append(bytes);
    CHECK(bytes.size() <= 8192);
    CHECK(digest.heap_bytes() <= 8192);
  }
}

TEST_CASE("quantiles ascend, whatever was added") {
  for (int shape = 0; shape < 5; ++shape) {
    TDigest digest;
    for (const double value : random_values(shape, 20'000)) digest.add(value);
    double before = digest.quantile(0);
    for (int n = 1; n <= 1000; ++n) {
      const double now = digest.quantile(n / 1000.0);
      CHECK(now >= before);
      before = now;
    }
  }
}

TEST_CASE("t-digests that are merged err no more") {
  for (int shape = 0; shape < 5; ++shape) {
    const std::vector<double> values = random_values(shape, 200'000);
    TDigest merged;
    for (size_t part = 0; part < 20; ++part) {
      TDigest digest;
      for (size_t n = 0; n < 10'000; ++n) digest.add(values[part * 10'000 + n]);
      merged.merge(digest);
    }
    for (const double q : {0.25, 0.5, 0.75}) CHECK(worst_rank(merged, values, q) < 0.005);
    for (const double q : {0.01, 0.99}) CHECK(worst_rank(merged, values, q) < 0.001);
  }
}

TEST_CASE("t-digest of few different values, and of very large ones") {
  TDigest same;
  for (int n = 0; n < 10'000; ++n) same.add(0.1);
  for (const double q : {0.0, 0.37, 0.5, 1.0}) CHECK(same.quantile(q) == 0.1);
  TDigest large;
  for (int n = 0; n < 5000; ++n) large.add(n % 2 == 0 ? 1.7e308 : -1.7e308);
  CHECK(large.quantile(0.2) == -1.7e308);
  CHECK(large.quantile(0.8) == 1.7e308);
  CHECK(std::isfinite(large.quantile(0.5)));
}
