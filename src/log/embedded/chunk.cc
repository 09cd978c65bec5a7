#include "log/embedded/chunk.h"

#include "log/embedded/keys.h"

namespace streamworker::embedded {
namespace {

constexpr uint32_t kSparse = 1U << 31;

void put_varint(std::string& to, uint64_t value) {
  for (; value >= 0x80; value >>= 7) to.push_back(static_cast<char>(value | 0x80));
  to.push_back(static_cast<char>(value));
}

bool take_varint(std::string_view& from, uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

uint64_t zigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

int64_t unzigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

void put_text(std::string& to, const std::optional<std::string_view>& text) {
  put_varint(to, text ? text->size() + 1 : 0);
  if (text) to.append(*text);
}

bool take_text(std::string_view& from, std::optional<std::string_view>& text) {
  uint64_t size = 0;
  if (!take_varint(from, size) || size > from.size() + 1) return false;
  text.reset();
  if (size == 0) return true;
  text = from.substr(0, size - 1);
  from.remove_prefix(size - 1);
  return true;
}

}  // namespace

void Chunk::append(const OutRecord& record) {
  count(0);
  put(record);
}

void Chunk::append_at(Offset offset, const OutRecord& record) {
  count(kSparse);
  put_varint(bytes_, static_cast<uint64_t>(offset - last_));
  last_ = offset;
  put(record);
}

void Chunk::clear() { *this = {}; }

void Chunk::count(uint32_t kind) {
  if (count_ == 0) put_u32(bytes_, 0);
  const uint32_t all = ++count_ | kind;
  for (size_t i = 0; i < 4; ++i)
    bytes_[i] = static_cast<char>(static_cast<unsigned char>(all >> (24 - 8 * i)));
}

void Chunk::put(const OutRecord& record) {
  // 0 means "now" to librdkafka, so both logs send 1 ms instead.
  const int64_t timestamp = record.timestamp.time_since_epoch().count();
  put_varint(bytes_, zigzag(timestamp == 0 ? 1 : timestamp));
  put_text(bytes_, record.key);
  put_text(bytes_, record.value);
  put_varint(bytes_, record.headers == nullptr ? 0 : record.headers->size());
  if (record.headers == nullptr) return;
  for (const auto& [name, value] : *record.headers) {
    put_text(bytes_, name);
    put_text(bytes_, value);
  }
}

ChunkReader::ChunkReader(std::string_view rest, Offset last, const Place& from)
    : left_(rest), end_(from.at + rest.size()), next_(from.offset), last_(last) {
  if (from.at > 0) return;
  const uint32_t count = take_u32(left_).value_or(0);
  sparse_ = (count & kSparse) != 0;
  more_ = count & ~kSparse;
  next_ = sparse_ ? 0 : last - static_cast<Offset>(count) + 1;
}

ChunkReader::Found ChunkReader::at_end() {
  next_ = last_ + 1;
  return left_.empty() ? Found::End : Found::Damage;
}

bool ChunkReader::read_headers(Headers& headers) {
  uint64_t count = 0;
  if (!take_varint(left_, count) || count > left_.size()) return false;
  headers.resize(count);
  for (auto& [name, value] : headers) {
    std::optional<std::string_view> text;
    if (!take_text(left_, text) || !text || !take_text(left_, value)) return false;
    name = *text;
  }
  return true;
}

ChunkReader::Found ChunkReader::next(Message& to, Headers& headers) {
  if (sparse_ ? more_ == 0 : next_ > last_) return at_end();
  uint64_t ahead = 0;
  if (sparse_ && !take_varint(left_, ahead)) return Found::Damage;
  if (sparse_) next_ = before_ = before_ + static_cast<Offset>(ahead);
  if (sparse_) --more_;
  uint64_t timestamp = 0;
  if (!take_varint(left_, timestamp) || !take_text(left_, to.key) || !take_text(left_, to.value) ||
      !read_headers(headers))
    return Found::Damage;
  to.timestamp = EventTime(std::chrono::milliseconds(unzigzag(timestamp)));
  to.headers = headers.empty() ? nullptr : &headers;
  to.offset = next_++;
  return Found::Record;
}

}  // namespace streamworker::embedded
