// Memory that several databases share: blocks that were read, and changes that are not in a file
// yet. Both may be exceeded for a moment, by what one write or read needs. Any thread.
#pragma once

#include <cstddef>
#include <memory>

namespace rocksdb {
class Cache;
class WriteBufferManager;
}  // namespace rocksdb

namespace streamworker::rocks {

class Budget {
 public:
  Budget(size_t block_bytes, size_t buffer_bytes);
  const std::shared_ptr<rocksdb::Cache>& cache() const { return cache_; }
  const std::shared_ptr<rocksdb::WriteBufferManager>& buffers() const { return buffers_; }

 private:
  std::shared_ptr<rocksdb::Cache> cache_;
  std::shared_ptr<rocksdb::WriteBufferManager> buffers_;
};

}  // namespace streamworker::rocks
