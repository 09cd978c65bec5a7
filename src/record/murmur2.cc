#include "record/murmur2.h"

#include <array>
#include <cstddef>

namespace streamworker {
namespace {

constexpr uint32_t kMultiplier = 0x5bd1e995U;

constexpr std::array<uint32_t, 256> kCrcTable = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
    table[byte] = crc;
  }
  return table;
}();

uint32_t byte_at(std::string_view bytes, size_t i) { return static_cast<unsigned char>(bytes[i]); }

}  // namespace

int32_t murmur2(std::string_view key) {
  const size_t size = key.size();
  uint32_t hash = 0x9747b28cU ^ static_cast<uint32_t>(size);
  size_t at = 0;
  for (; at + 4 <= size; at += 4) {
    uint32_t word = byte_at(key, at) | byte_at(key, at + 1) << 8 | byte_at(key, at + 2) << 16 |
                    byte_at(key, at + 3) << 24;
    word *= kMultiplier;
    word ^= word >> 24;
    word *= kMultiplier;
    hash = hash * kMultiplier ^ word;
  }
  const size_t left = size - at;
  if (left > 2) hash ^= byte_at(key, at + 2) << 16;
  if (left > 1) hash ^= byte_at(key, at + 1) << 8;
  if (left > 0) hash = (hash ^ byte_at(key, at)) * kMultiplier;
  hash = (hash ^ hash >> 13) * kMultiplier;
  hash ^= hash >> 15;
  return static_cast<int32_t>(hash);
}

int32_t java_partition(std::string_view key, int32_t count) {
  return (murmur2(key) & 0x7fffffff) % count;
}

uint32_t crc32(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes)
    crc = crc >> 8 ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
  return ~crc;
}

int32_t crc32_partition(std::string_view key, int32_t count) {
  return static_cast<int32_t>(crc32(key) % static_cast<uint32_t>(count));
}

}  // namespace streamworker
