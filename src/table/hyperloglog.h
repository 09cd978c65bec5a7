// HyperLogLog: how many different 64-bit hashes were seen, in a fixed 16 KiB.
//
// 2^14 registers, so the standard error is 1.04 / sqrt(2^14) = 0.81 % at every size: the estimator
// is Ertl's improved raw one, which needs no tables of bias and no switch between ranges. Merging
// gives exactly what adding everything to one sketch would.
//
// Flajolet, Fusy, Gandouet, Meunier: HyperLogLog, AofA 2007. Heule, Nunkesser, Hall: HyperLogLog in
// Practice, EDBT 2013 (64-bit hashes). Ertl: New cardinality estimation algorithms for HyperLogLog
// sketches, arXiv:1702.01284, algorithm 6.
//
// No packaged C++ library has it (Debian 12 and 13, Ubuntu 24.04). One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace streamworker {

class HyperLogLog {
 public:
  static constexpr unsigned kBits = 14;
  static constexpr size_t kRegisters = size_t{1} << kBits;
  // A register holds 0 to 51: where the first 1 of the other 50 bits stands; 51: they are all 0.
  static constexpr unsigned kMost = 64 - kBits + 1;
  static constexpr size_t kPacked = kRegisters * 6 / 8;  // 12 KiB

  HyperLogLog();
  void add(uint64_t hash);
  void merge(const HyperLogLog& from);
  // Costs 52 steps: how many registers have which value is counted along.
  double estimate() const;

  // kPacked bytes, six bits a register.
  void append_packed(std::string& out) const;
  // False: not kPacked bytes, or a register is out of range.
  [[nodiscard]] bool read_packed(std::string_view bytes);
  size_t heap_bytes() const { return registers_.capacity(); }

 private:
  void raise(size_t at, unsigned value);

  std::vector<uint8_t> registers_;
  std::array<uint32_t, kMost + 1> with_;  // registers with this value
};

}  // namespace streamworker
