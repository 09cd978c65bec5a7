// Changes to a rocks::Database that are made together or not at all. One thread.
#pragma once

#include <memory>
#include <string_view>

namespace rocksdb {
class WriteBatch;
}

namespace streamworker::rocks {

class Batch {
 public:
  // `reserve`: bytes of keys and values to come, if known.
  explicit Batch(size_t reserve = 0);
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;

  // Keys and values are copied. Later changes of a key win over earlier ones.
  void put(std::string_view key, std::string_view value);
  void remove(std::string_view key);
  // All keys from `begin` on that are below `end`. One entry, however many keys.
  void remove_range(std::string_view begin, std::string_view end);
  void clear();
  bool empty() const;

 private:
  friend class Database;
  std::unique_ptr<rocksdb::WriteBatch> batch_;
  bool refused_ = false;  // an entry did not fit: Database::write refuses the batch
};

}  // namespace streamworker::rocks
