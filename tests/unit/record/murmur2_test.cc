#include "record/murmur2.h"

#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

TEST_CASE("murmur2 is Kafka's") {
  CHECK(murmur2("21") == -973932308);
  CHECK(murmur2("foobar") == -790332482);
  CHECK(murmur2("a-little-bit-long-string") == -985981536);
  CHECK(murmur2("a-little-bit-longer-string") == -1486304829);
  CHECK(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8") == -58897971);
  CHECK(murmur2("abc") == 479470107);
}

TEST_CASE("partitions are those of Java clients") {
  CHECK(java_partition("foobar", 4) == ((-790332482 & 0x7fffffff) % 4));
  CHECK(java_partition("abc", 7) == 479470107 % 7);
  CHECK(java_partition("", 1) == 0);
}

TEST_CASE("crc32 is zlib's") {
  CHECK(crc32("") == 0U);
  CHECK(crc32("123456789") == 0xCBF43926U);
  CHECK(crc32("The quick brown fox jumps over the lazy dog") == 0x414FA339U);
  CHECK(crc32_partition("123456789", 10) == static_cast<int32_t>(0xCBF43926U % 10));
}
