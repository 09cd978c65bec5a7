#include "log/embedded/keys.h"

namespace streamworker::embedded {
namespace {

template <class T>
void put(std::string& to, T value) {
  for (int shift = (static_cast<int>(sizeof(T)) - 1) * 8; shift >= 0; shift -= 8)
    to.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift)));
}

template <class T>
std::optional<T> take(std::string_view& from) {
  if (from.size() < sizeof(T)) return std::nullopt;
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value << 8 | static_cast<unsigned char>(from[i]));
  from.remove_prefix(sizeof(T));
  return value;
}

std::string key(char kind, PartitionId of) {
  std::string to(1, kind);
  put_u32(to, of.topic);
  put_u32(to, static_cast<uint32_t>(of.partition));
  return to;
}

}  // namespace

void put_u32(std::string& to, uint32_t value) { put(to, value); }
void put_u64(std::string& to, uint64_t value) { put(to, value); }
std::optional<uint32_t> take_u32(std::string_view& from) { return take<uint32_t>(from); }
std::optional<uint64_t> take_u64(std::string_view& from) { return take<uint64_t>(from); }

std::string topic_key(std::string_view name) { return std::string(kTopicPrefix).append(name); }

std::string start_key(PartitionId of) { return key('s', of); }

std::string compacted_key(PartitionId of) { return key('k', of); }

std::string committed_key(std::string_view group, PartitionId of) {
  std::string to("c");
  to.append(group).push_back('\0');
  put_u32(to, of.topic);
  put_u32(to, static_cast<uint32_t>(of.partition));
  return to;
}

std::string records_prefix(PartitionId of) { return key('r', of); }

std::string record_key(PartitionId of, Offset last) {
  std::string to = key('r', of);
  put_u64(to, static_cast<uint64_t>(last));
  return to;
}

Offset last_offset(std::string_view record_key) {
  std::string_view number = record_key.substr(record_key.size() - sizeof(uint64_t));
  return static_cast<Offset>(*take_u64(number));
}

}  // namespace streamworker::embedded
