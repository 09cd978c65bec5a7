// keyed_aggregate and tumbling by hand: a hash map of all rows; each second those that changed go
// to the changelog and, as one batch, to RocksDB.
#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "limit.h"
#include "limit_input.h"
#include "limit_output.h"

namespace bench {
namespace {

constexpr int64_t kWindowMs = 10'000;

struct Key {
  uint64_t bidder = 0;
  int64_t window = 0;
  bool operator==(const Key&) const = default;
};

struct HashOfKey {
  size_t operator()(const Key& key) const {
    uint64_t x = (key.bidder * 0x9E3779B97F4A7C15) ^ (uint64_t(key.window) * 0xC2B2AE3D27D4EB4F);
    return x ^ (x >> 29);
  }
};

struct Row {
  int64_t count = 0;
  int64_t sum = 0;
  int64_t least = INT64_MAX;
  int64_t most = INT64_MIN;
  int32_t partition = 0;
  bool changed = false;
};

class Rows {
 public:
  Rows(const Arguments& arguments, bool windows) : windows_(windows), changelog_(arguments) {
    rocksdb::Options options;
    options.create_if_missing = true;
    if (!rocksdb::DB::Open(options, arguments.text("state") + "/rows", &store_).ok()) {
      give_up("RocksDB does not open");
    }
    rows_.reserve(1 << 21);
  }

  void add(uint64_t bidder, int64_t price, int64_t time, int32_t partition) {
    const Key key{bidder, windows_ ? time / kWindowMs * kWindowMs : 0};
    auto& [of, row] = *rows_.try_emplace(key).first;
    ++row.count;
    row.sum += price;
    row.least = std::min(row.least, price);
    row.most = std::max(row.most, price);
    row.partition = partition;
    if (!std::exchange(row.changed, true)) {
      changed_.push_back({&of, &row});
    }
  }

  void flush() {
    rocksdb::WriteBatch batch;
    for (const auto& [key, row] : changed_) {
      const std::string_view name(reinterpret_cast<const char*>(key),
                                  windows_ ? sizeof(Key) : sizeof key->bidder);
      const std::string_view value(reinterpret_cast<const char*>(row), 32);
      changelog_.send(row->partition, name, value);
      batch.Put(rocksdb::Slice(name.data(), name.size()),
                rocksdb::Slice(value.data(), value.size()));
      row->changed = false;
    }
    changed_.clear();
    changelog_.flush();
    if (!store_->Write({}, &batch).ok()) {
      give_up("RocksDB does not write");
    }
  }

 private:
  bool windows_;
  Output changelog_;
  rocksdb::DB* store_ = nullptr;  // the program ends without closing it
  std::unordered_map<Key, Row, HashOfKey> rows_;
  std::vector<std::pair<const Key*, Row*>> changed_;
};

}  // namespace

void run_table(const Arguments& arguments, bool windows) {
  Input input(arguments);
  Rows rows(arguments, windows);
  input.drain(
      [&](simdjson::ondemand::object& bid, const rd_kafka_message_t& message) {
        const uint64_t bidder = bid["bidder"].get_uint64();
        const int64_t price = bid["price"].get_int64();
        const int64_t time = bid["date_time"].get_int64();
        rows.add(bidder, price, time, message.partition);
      },
      [&] { rows.flush(); });
}

}  // namespace bench
