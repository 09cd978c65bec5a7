#include "rocks/iterator.h"

#include <rocksdb/db.h>

#include "rocks/status.h"

namespace streamworker::rocks {

struct Iterator::Bounds {
  Damage damage;
  std::string begin, end;
  rocksdb::Slice lower, upper;
};

Iterator::Iterator(rocksdb::DB& db, const rocksdb::Snapshot* at, Damage damage, const Range& range)
    : bounds_(std::make_unique<Bounds>()) {
  bounds_->damage = std::move(damage);
  bounds_->begin = range.begin;
  bounds_->end = range.end;
  bounds_->lower = bounds_->begin;
  bounds_->upper = bounds_->end;
  rocksdb::ReadOptions options;
  options.snapshot = at;
  options.iterate_lower_bound = &bounds_->lower;
  if (!range.end.empty()) options.iterate_upper_bound = &bounds_->upper;
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
  if (!status.ok()) return error_of(status, bounds_->damage);
  return {};
}

}  // namespace streamworker::rocks
