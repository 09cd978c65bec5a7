#include "rocks/sorted_file.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include "rocks/status.h"

namespace streamworker::rocks {

namespace {

rocksdb::Options options() {
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::Options to;
  to.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  to.compression = rocksdb::kLZ4Compression;
  return to;
}

Result<void> outcome(const rocksdb::Status& status, const std::string& path) {
  return status.ok() ? Result<void>() : error_of(status, path);
}

}  // namespace

SortedFile::SortedFile(std::string path)
    : path_(std::move(path)),
      writer_(std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), options())) {}
SortedFile::~SortedFile() = default;

Result<void> SortedFile::put(std::string_view key, std::string_view value) {
  if (!open_)
    if (auto opened = outcome(writer_->Open(path_), path_); !opened) return opened;
  open_ = true;
  return outcome(writer_->Put(slice(key), slice(value)), path_);
}

Result<void> SortedFile::remove(std::string_view key) {
  if (!open_)
    if (auto opened = outcome(writer_->Open(path_), path_); !opened) return opened;
  open_ = true;
  return outcome(writer_->Delete(slice(key)), path_);
}

Result<void> SortedFile::finish() { return outcome(writer_->Finish(), path_); }

}  // namespace streamworker::rocks
