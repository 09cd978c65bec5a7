// Which partition a key belongs to, as the clients of Kafka choose it.
#pragma once

#include <cstdint>
#include <string_view>

namespace streamworker {

// Kafka's Java murmur2 (org.apache.kafka.common.utils.Utils), seed 0x9747b28c.
int32_t murmur2(std::string_view key);
// The partition that Java clients choose for a key that is not null. REQUIRES: count > 0.
int32_t java_partition(std::string_view key, int32_t count);

// CRC-32 as zlib has it.
uint32_t crc32(std::string_view bytes);
// The partition that librdkafka's `consistent` and `consistent_random` choose. REQUIRES: count > 0.
int32_t crc32_partition(std::string_view key, int32_t count);

}  // namespace streamworker
