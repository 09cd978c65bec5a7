#include "table/hyperloglog.h"

#include <bit>
#include <cmath>
#include <limits>

namespace streamworker {
namespace {

// x + x^2 + 2 x^4 + 4 x^8 …: what the registers say that are still 0.
double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double sum = x;
  double weight = 1;
  for (double before = -1; before != sum; weight += weight) {
    before = sum;
    x *= x;
    sum += x * weight;
  }
  return sum;
}

// The same for registers at their end.
double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double sum = 1 - x;
  double weight = 1;
  for (double before = -1; before != sum;) {
    before = sum;
    x = std::sqrt(x);
    weight *= 0.5;
    sum -= (1 - x) * (1 - x) * weight;
  }
  return sum / 3;
}

}  // namespace

HyperLogLog::HyperLogLog() : registers_(kRegisters), with_{} { with_[0] = kRegisters; }

void HyperLogLog::raise(size_t at, unsigned value) {
  uint8_t& slot = registers_[at];
  if (value <= slot) return;
  --with_[slot];
  ++with_[value];
  slot = static_cast<uint8_t>(value);
}

void HyperLogLog::add(uint64_t hash) {
  const uint64_t rest = hash << kBits | uint64_t{1} << (kBits - 1);  // ends the search at kMost
  raise(hash >> (64 - kBits), static_cast<unsigned>(std::countl_zero(rest)) + 1);
}

void HyperLogLog::merge(const HyperLogLog& from) {
  for (size_t i = 0; i < kRegisters; ++i) raise(i, from.registers_[i]);
}

double HyperLogLog::estimate() const {
  constexpr double all = kRegisters;
  double sum = all * tau(1 - with_[kMost] / all);
  for (unsigned value = kMost - 1; value >= 1; --value) sum = (sum + with_[value]) * 0.5;
  sum += all * sigma(with_[0] / all);
  return all * all / (2 * std::log(2.0)) / sum;
}

void HyperLogLog::append_packed(std::string& out) const {
  for (size_t i = 0; i < kRegisters; i += 4) {
    uint32_t bits = 0;
    for (size_t j = 0; j < 4; ++j) bits |= uint32_t{registers_[i + j]} << (6 * j);
    for (unsigned byte = 0; byte < 3; ++byte) out += static_cast<char>(bits >> (8 * byte) & 0xFFU);
  }
}

bool HyperLogLog::read_packed(std::string_view bytes) {
  if (bytes.size() != kPacked) return false;
  *this = HyperLogLog();
  for (size_t i = 0; i < kRegisters; ++i) {
    const size_t group = i / 4 * 3;
    uint32_t bits = 0;
    for (unsigned byte = 0; byte < 3; ++byte)
      bits |= uint32_t{static_cast<unsigned char>(bytes[group + byte])} << (8 * byte);
    const uint32_t value = bits >> (6 * (i % 4)) & 0x3FU;
    if (value > kMost) return false;
    raise(i, value);
  }
  return true;
}

}  // namespace streamworker
