#include "rocks/database.h"

#include <filesystem>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "rocks/status.h"

namespace streamworker::rocks {
namespace {

rocksdb::BlockBasedTableOptions table_options(const Options& from) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache =
      from.budget ? from.budget->cache() : rocksdb::NewLRUCache(from.block_cache, 2);
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return table;
}

// Small files and short lists of them: an idle process holds little, and what was removed leaves
// the disk after few megabytes of new data.
void set_queue(rocksdb::Options& to) {
  to.level0_file_num_compaction_trigger = 2;
  to.level0_slowdown_writes_trigger = 6;  // writers wait rather than let files pile up
  to.level0_stop_writes_trigger = 6;
}

rocksdb::Options rocksdb_options(const Options& from) {
  rocksdb::Options to;
  to.create_if_missing = from.create;
  to.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(from)));
  to.write_buffer_size = from.write_buffer;
  if (from.budget) to.write_buffer_manager = from.budget->buffers();
  to.max_write_buffer_number = 2;
  if (from.use == Options::Use::Queue) set_queue(to);
  to.max_bytes_for_level_base = 2 * from.write_buffer;
  to.target_file_size_base = from.write_buffer / 4;
  to.level_compaction_dynamic_level_bytes = true;
  to.compression_per_level = {rocksdb::kNoCompression, rocksdb::kLZ4Compression};
  to.max_total_wal_size = 4 * from.write_buffer;
  to.max_manifest_file_size = 1UL << 20;
  to.max_open_files = 256;
  to.max_background_jobs = 2;
  to.bytes_per_sync = 1UL << 20;
  to.avoid_flush_during_shutdown = true;  // the write-ahead log has it
  to.info_log_level = rocksdb::WARN_LEVEL;
  to.keep_log_file_num = 2;
  to.max_log_file_size = 1UL << 20;
  to.stats_dump_period_sec = 0;
  to.stats_persist_period_sec = 0;
  return to;
}

}  // namespace

Error error_of(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  if (status.IsIOError() && text.find("LOCK") != std::string::npos)
    return retry(path + " is in use by another streamworker");
  if (status.IsCorruption()) return stop("the database in " + path + " is damaged: " + text);
  if (status.IsNoSpace()) return stop("no space left on the disk of " + path + ": " + text);
  return stop("the database in " + path + ": " + text);
}

Error error_of(const rocksdb::Status& status, const Damage& damage) {
  Error error = error_of(status, damage.path);
  if (!status.IsCorruption()) return error;
  *damage.met = true;
  if (damage.mends) error.remedy = Remedy::Retry;
  return error;
}

std::string end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

Snapshot::Snapshot(rocksdb::DB& db) : db_(db), at_(db.GetSnapshot()) {}
Snapshot::~Snapshot() { db_.ReleaseSnapshot(at_); }

std::shared_ptr<const Snapshot> Database::snapshot() const {
  return std::shared_ptr<const Snapshot>(new Snapshot(*db_));
}

Database::Database(std::string path, Options::Use use, std::unique_ptr<rocksdb::DB> db)
    : path_(std::move(path)), use_(use), db_(std::move(db)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;

Result<Database> Database::open(const std::string& path, const Options& options, bool* damaged) {
  std::error_code failed;
  if (options.create) std::filesystem::create_directories(path, failed);
  if (failed) return stop("cannot make the folder " + path + ": " + failed.message());
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(rocksdb_options(options), path, &db);
  if (damaged != nullptr) *damaged = status.IsCorruption();
  if (!status.ok()) return error_of(status, path);
  return Database(path, options.use, std::unique_ptr<rocksdb::DB>(db));
}

Result<void> remove(const std::string& path) {
  const rocksdb::Status status = rocksdb::DestroyDB(path, rocksdb::Options());
  if (!status.ok()) return error_of(status, path);
  std::error_code other;
  std::filesystem::remove(path, other);
  return {};
}

Error Database::failed(const rocksdb::Status& status) const {
  return error_of(status, {path_, damaged_, use_ == Options::Use::Table});
}

Result<std::optional<std::string>> Database::get(std::string_view key) const {
  std::string value;
  const rocksdb::Status status = db_->Get({}, slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return failed(status);
  return std::optional(std::move(value));
}

Result<void> Database::write(const Batch& batch) {
  if (batch.refused_) return stop("an entry for the database in " + path_ + " is too large");
  const rocksdb::Status status = db_->Write({}, batch.batch_.get());
  if (!status.ok()) return failed(status);
  return {};
}

Iterator Database::range(std::string_view begin, std::string_view end, const Snapshot* at) const {
  return {*db_,
          at == nullptr ? nullptr : at->at_,
          Damage{path_, damaged_, use_ == Options::Use::Table},
          {begin, end}};
}

Iterator Database::prefix(std::string_view prefix) const {
  return range(prefix, end_of_prefix(prefix));
}

Result<void> Database::drop_files(std::string_view begin, std::string_view end) {
  const rocksdb::Slice from = slice(begin);
  const rocksdb::Slice to = slice(end);
  const rocksdb::RangePtr files(&from, &to);
  const rocksdb::Status status =
      rocksdb::DeleteFilesInRanges(db_.get(), db_->DefaultColumnFamily(), &files, 1, false);
  if (!status.ok()) return failed(status);
  return {};
}

Result<void> Database::ingest(const std::string& file) {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.verify_checksums_before_ingest = true;
  const rocksdb::Status status = db_->IngestExternalFile({file}, options);
  if (!status.ok()) return failed(status);
  return {};
}

Result<void> Database::verify() const {
  const rocksdb::Status status = db_->VerifyChecksum();
  if (!status.ok()) return failed(status);
  return {};
}

}  // namespace streamworker::rocks
