#include "query/owners.h"

#include <algorithm>

#include "record/murmur2.h"

namespace streamworker::query {

namespace {

constexpr Duration kSilence = std::chrono::seconds(10);  // the group's session timeout

}  // namespace

void Owners::heard(const std::string& worker, WorkerEntry entry) {
  const std::lock_guard lock(mutex_);
  Known& known = workers_[worker];
  std::map<Place, uint64_t> since;
  for (const auto& [table, partitions] : entry.tables)
    for (const int32_t partition : partitions.here) {
      const Place place(table, partition);
      const auto before = known.since.find(place);
      since[place] = before == known.since.end() ? ++turn_ : before->second;
    }
  known = {std::move(entry), clock_.steady(), std::move(since)};
}

void Owners::gone(const std::string& worker) {
  const std::lock_guard lock(mutex_);
  workers_.erase(worker);
}

bool Owners::silent(const Known& known) const { return clock_.steady() - known.heard > kSilence; }

// 0: nobody has said.
int32_t Owners::partitions(std::string_view table) const {
  int32_t of = 0;
  for (const auto& [name, known] : workers_)
    if (const auto found = known.entry.tables.find(table); found != known.entry.tables.end())
      of = std::max(of, found->second.of);
  return of;
}

std::optional<Owners::Owner> Owners::find(std::string_view table, std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const int32_t of = partitions(table);
  if (of == 0) return std::nullopt;
  const Place place(table, java_partition(key, of));
  std::optional<Owner> out;
  uint64_t newest = 0;
  for (const auto& [name, known] : workers_) {
    const auto claim = known.since.find(place);
    if (claim == known.since.end() || claim->second < newest || silent(known)) continue;
    newest = claim->second;
    out = Owner{name, known.entry.address};
  }
  return out;
}

std::vector<WorkerStatus> Owners::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<WorkerStatus> out;
  for (const auto& [name, known] : workers_)
    if (!silent(known)) out.push_back({name, known.entry, clock_.steady() - known.heard});
  return out;
}

}  // namespace streamworker::query
