#include "sql/clock_vfs.h"

#include <stdexcept>

#include <sqlite3.h>

#include "base/format.h"

namespace streamworker::sql {

struct ClockVfs::Entry : sqlite3_vfs {
  Entry(const sqlite3_vfs& base, const Clock& of) : sqlite3_vfs(base), clock(of) {}
  const Clock& clock;
  std::string name;
};

namespace {

// SQLite counts days from noon of 4714-11-24 BC.
constexpr int64_t kJulianEpochMillis = 210'866'760'000'000;
constexpr double kMillisPerDay = 86'400'000.0;

int64_t julian_millis(const Clock& clock) {
  const auto now = clock.wall().time_since_epoch();
  return std::chrono::floor<std::chrono::milliseconds>(now).count() + kJulianEpochMillis;
}

}  // namespace

ClockVfs::ClockVfs(const Clock& clock) {
  const sqlite3_vfs* const base = sqlite3_vfs_find(nullptr);
  if (base == nullptr) throw std::runtime_error("SQLite has no default VFS");
  entry_ = std::make_unique<Entry>(*base, clock);
  entry_->name = fmt::format("streamworker-{}", static_cast<const void*>(entry_.get()));
  entry_->zName = entry_->name.c_str();
  entry_->pNext = nullptr;
  entry_->xCurrentTimeInt64 = [](sqlite3_vfs* vfs, sqlite3_int64* out) {
    *out = julian_millis(static_cast<Entry*>(vfs)->clock);
    return SQLITE_OK;
  };
  entry_->xCurrentTime = [](sqlite3_vfs* vfs, double* out) {
    *out = static_cast<double>(julian_millis(static_cast<Entry*>(vfs)->clock)) / kMillisPerDay;
    return SQLITE_OK;
  };
  if (sqlite3_vfs_register(entry_.get(), 0) != SQLITE_OK)
    throw std::runtime_error("SQLite refused a VFS");
}

ClockVfs::~ClockVfs() { sqlite3_vfs_unregister(entry_.get()); }

const std::string& ClockVfs::name() const { return entry_->name; }

}  // namespace streamworker::sql
