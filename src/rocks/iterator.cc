#include "rocks/iterator.h"

#include <rocksdb/db.h>

#include "rocks/status.h"

namespace streamworker::rocks {

struct Iterator::Bounds {
  std::string path, begin, end;
  std::shared_ptr<std::atomic<bool>> damaged;
  rocksdb::Slice lower, upper;
};

Iterator::Iterator(rocksdb::DB& db, const rocksdb::Snapshot* at, Of of)
    : bounds_(std::make_unique<Bounds>()) {
  bounds_->path = of.path;
  bounds_->damaged = std::move(of.damaged);
  bounds_->begin = of.begin;
  bounds_->end = of.end;
  bounds_->lower = bounds_->begin;
  bounds_->upper = bounds_->end;
  rocksdb::ReadOptions options;
  options.snapshot = at;
  options.iterate_lower_bound = &bounds_->lower;
  if (!of.end.empty()) options.iterate_upper_bound = &bounds_->upper;
  it_.reset(db.NewIterator(options));
}

Iterator::~Iterator() = default;
Iterator::Iterator(Iterator&&) noexcept = default;

void Iterator::seek(std::string_view key) { it_->Seek(slice(key)); }
void Iterator::seek_last() { it_->SeekToLast(); }
void Iterator::next() { it_->Next(); }
bool Iterator::valid() const { return it_->Valid(); }
std::string_view Iterator::key() const { return view(it_->key()); }
std::string_view Iterator::value() const { return view(it_->value()); }

Result<void> Iterator::status() const {
  const rocksdb::Status status = it_->status();
  if (status.IsCorruption()) *bounds_->damaged = true;
  if (!status.ok()) return error_of(status, bounds_->path);
  return {};
}

}  // namespace streamworker::rocks
