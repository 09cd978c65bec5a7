// Random numbers that repeat: the sequence depends on the seed and the record's number alone.
#pragma once

#include <cstdint>

namespace streamworker::sql {

// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(int64_t seed) : seed_(static_cast<uint64_t>(seed)) { start(0); }

  // The sequence of record `n`, from its beginning.
  void start(int64_t n) {
    state_ = seed_;
    state_ = next() ^ static_cast<uint64_t>(n);
    state_ = next();
  }
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  // Below `count`, all equally likely; 0: any number.
  uint64_t below(uint64_t count) {
    if (count == 0) return next();
    return static_cast<uint64_t>((static_cast<unsigned __int128>(next()) * count) >> 64U);
  }
  // In [0, 1).
  double fraction() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

 private:
  uint64_t seed_;
  uint64_t state_ = 0;
};

}  // namespace streamworker::sql
