#include "store/partition.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "base/format.h"
#include "record/row_format.h"
#include "store/ordered.h"

namespace streamworker::store {

namespace {

namespace fs = std::filesystem;

constexpr char kQueue = 'q';
constexpr char kRows = 'r';
constexpr std::string_view kStoredKey = "progress";
constexpr const char* kAside = ".damaged-";

std::string to_bytes(const Stored& stored) {
  std::string out;
  append_varint(static_cast<uint64_t>(stored.changelog), out);
  append_varint(static_cast<uint64_t>(stored.written.time_since_epoch().count()), out);
  out += to_bytes(stored.progress);
  return out;
}

Result<Stored> stored_of(std::string_view bytes) {
  uint64_t changelog = 0;
  uint64_t written = 0;
  if (!take_varint(bytes, changelog) || !take_varint(bytes, written))
    return stop("its progress cannot be read");
  auto progress = progress_of(bytes);
  if (!progress) return progress.error();
  return Stored{std::move(*progress), static_cast<Offset>(changelog),
                WallTime(Duration(static_cast<int64_t>(written)))};
}

std::string queue_key(const Queued& place) {
  std::string out(1, kQueue);
  append_ordered(place.time, out);
  return out.append(place.key);
}

rocks::Options options_with(std::shared_ptr<rocks::Budget> budget) {
  rocks::Options options;
  options.use = rocks::Options::Use::Table;
  options.budget = std::move(budget);
  return options;
}

}  // namespace

std::string Partition::row_key(std::string_view key) {
  std::string out(1, kRows);
  out.append(key);
  return out;
}

namespace {

// The numbers of the folders that were set aside before.
std::vector<int> aside_of(const fs::path& folder) {
  const std::string prefix = folder.filename().string() + kAside;
  std::vector<int> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder.parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const std::string number = name.substr(prefix.size());
    int n = 0;
    const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), n);
    if (code == std::errc() && end == number.data() + number.size()) all.push_back(n);
  }
  return all;
}

std::string note_of(const std::string& folder) { return folder + "/damaged"; }

}  // namespace

Result<std::string> set_aside(const std::string& folder) {
  const std::vector<int> before = aside_of(folder);
  const int last = before.empty() ? 0 : *std::max_element(before.begin(), before.end());
  std::string name = fmt::format("{}{}{}", folder, kAside, last + 1);
  std::error_code error;
  fs::rename(folder, name, error);
  if (error) return stop(fmt::format("cannot rename {} to {}: {}", folder, name, error.message()));
  for (const int n : before) fs::remove_all(fmt::format("{}{}{}", folder, kAside, n), error);
  return name;
}

Partition::Partition(std::string folder, rocks::Database database, QueueTime queue_time)
    : folder_(std::move(folder)),
      database_(std::make_unique<rocks::Database>(std::move(database))),
      queue_time_(queue_time) {}

Partition::~Partition() {
  if (!database_ || !damaged()) return;
  std::ofstream(note_of(folder_)) << "RocksDB met damage in this folder\n";
}

Result<Partition> Partition::open(const std::string& folder, std::shared_ptr<rocks::Budget> budget,
                                  QueueTime queue_time) {
  std::error_code error;
  if (fs::exists(note_of(folder), error)) return open_anew(folder, std::move(budget), queue_time);
  bool damaged = false;
  auto database = rocks::Database::open(folder, options_with(budget), &damaged);
  if (!database && damaged) return open_anew(folder, std::move(budget), queue_time);
  if (!database) return database.error();
  std::optional<Partition> partition(Partition(folder, std::move(*database), queue_time));
  if (auto loaded = partition->load(); !loaded) {
    if (!partition->damaged()) return loaded.error();
    partition.reset();
    return open_anew(folder, std::move(budget), queue_time);
  }
  return std::move(*partition);
}

Result<Partition> Partition::open_anew(const std::string& folder,
                                       std::shared_ptr<rocks::Budget> budget,
                                       QueueTime queue_time) {
  auto aside = store::set_aside(folder);
  if (!aside) return aside.error();
  auto fresh = open(folder, std::move(budget), queue_time);
  if (fresh) fresh->set_aside_ = std::move(*aside);
  return fresh;
}

Result<std::optional<Stored>> Partition::read_stored() const {
  auto bytes = database_->get(kStoredKey);
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<Stored>();
  auto stored = stored_of(**bytes);
  if (!stored) return context(stored.error(), folder_);
  return std::optional(std::move(*stored));
}

Result<void> Partition::load() {
  auto stored = read_stored();
  if (!stored) return stored.error();
  if (!*stored) return clear();
  stored_ = std::move(*stored);
  return {};
}

Result<std::optional<Progress>> Partition::progress() const {
  auto stored = read_stored();
  if (!stored) return stored.error();
  if (!*stored) return std::optional<Progress>();
  return std::optional(std::move((*stored)->progress));
}

Result<std::optional<std::string>> Partition::get(std::string_view key) const {
  return database_->get(row_key(key));
}

rocks::Iterator Partition::rows(std::string_view begin, std::string_view end,
                                const rocks::Snapshot* at) const {
  const std::string first = row_key(begin);
  auto all = database_->range(first, end.empty() ? std::string(1, kRows + 1) : row_key(end), at);
  all.seek(first);
  return all;
}

rocks::Iterator Partition::queue(const Queued& from) const {
  const std::string first = queue_key(from);
  auto all = database_->range(first, std::string(1, kQueue + 1));
  all.seek(first);
  return all;
}

Queued Partition::queued(const rocks::Iterator& at) {
  const std::string_view place = at.key().substr(1);
  return {ordered_of(place), std::string(place.substr(kOrderedBytes))};
}

// Where a row is to stand in the queue; none: nowhere, or it stands there already.
std::optional<std::string> Partition::place_of(const RowChange& row) const {
  if (queue_time_ == nullptr || !row.queued || !row.value) return {};
  const auto time = queue_time_(*row.value);
  if (!time) return {};
  return queue_key({*time, std::string(row.key)});
}

Result<void> Partition::write(const std::vector<RowChange>& rows, const Stored& then,
                              const std::vector<Queued>& left) {
  rocks::Batch batch;
  for (const Queued& place : left) batch.remove(queue_key(place));
  std::string key;
  for (const RowChange& row : rows) {
    key.assign(1, kRows).append(row.key);
    if (row.value)
      batch.put(key, *row.value);
    else
      batch.remove(key);
    if (const auto place = place_of(row)) batch.put(*place, "");
  }
  batch.put(kStoredKey, to_bytes(then));
  if (auto written = database_->write(batch); !written) return written;
  stored_ = then;
  return {};
}

Result<void> Partition::fill(const std::vector<RowChange>& rows) {
  if (rows.empty()) return {};
  std::vector<std::string> places;  // before the rows, in the order of keys
  for (const RowChange& row : rows)
    if (auto place = place_of(row)) places.push_back(std::move(*place));
  std::sort(places.begin(), places.end());
  rocks::SortedFile file(fmt::format("{}/filling-{}", folder_, pieces_++));
  for (const std::string& place : places)
    if (auto done = file.put(place, ""); !done) return done;
  std::string key;
  for (const RowChange& row : rows) {
    key.assign(1, kRows).append(row.key);
    auto done = row.value ? file.put(key, *row.value) : file.remove(key);
    if (!done) return done;
  }
  if (auto done = file.finish(); !done) return done;
  return database_->ingest(file.path());
}

Result<void> Partition::clear() {
  rocks::Batch batch;
  const std::string begin(1, kQueue);
  const std::string end(1, kRows + 1);
  batch.remove(kStoredKey);
  batch.remove_range(begin, end);
  if (auto written = database_->write(batch); !written) return written;
  stored_.reset();
  return database_->drop_files(begin, end);
}

}  // namespace streamworker::store
