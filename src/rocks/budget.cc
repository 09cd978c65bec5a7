#include "rocks/budget.h"

#include <rocksdb/cache.h>
#include <rocksdb/write_buffer_manager.h>

namespace streamworker::rocks {

Budget::Budget(size_t block_bytes, size_t buffer_bytes)
    : cache_(rocksdb::NewLRUCache(block_bytes)),
      buffers_(std::make_shared<rocksdb::WriteBufferManager>(buffer_bytes)) {}

}  // namespace streamworker::rocks
