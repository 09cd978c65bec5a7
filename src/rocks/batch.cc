#include "rocks/batch.h"

#include <rocksdb/write_batch.h>

#include "rocks/status.h"

namespace streamworker::rocks {

Batch::Batch(size_t reserve) : batch_(std::make_unique<rocksdb::WriteBatch>(reserve)) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;

void Batch::put(std::string_view key, std::string_view value) {
  refused_ = !batch_->Put(slice(key), slice(value)).ok() || refused_;
}

void Batch::remove(std::string_view key) {
  refused_ = !batch_->Delete(slice(key)).ok() || refused_;
}

void Batch::remove_range(std::string_view begin, std::string_view end) {
  refused_ = !batch_->DeleteRange(slice(begin), slice(end)).ok() || refused_;
}

void Batch::clear() {
  batch_->Clear();
  refused_ = false;
}

bool Batch::empty() const { return batch_->Count() == 0; }

}  // namespace streamworker::rocks
