#include "model/invariants.h"

#include <algorithm>
#include <array>

namespace streamworker::model {

namespace {

constexpr auto kWords = std::to_array<std::string_view>(
    {"nothing", "the output topic, as readers get it, is not the records in their order, each once",
     "the changelog, as readers get it, is not the fold of the records that its progress names",
     "the rows in RocksDB are not the fold of the records that their progress names",
     "RocksDB is ahead of the committed changelog",
     "the rows in the database are not the fold of the records below its position",
     "the group's offset went back",
     "a transaction of a former owner is committed after a newer one has begun",
     "a former owner's batch is committed to the database after a newer claim",
     "the worker stops: the changelog ends within a commit, rows without their progress",
     "the worker stops: the changelog has fewer records than RocksDB has seen",
     "the worker stops: the changelog is empty, but the group knows the table",
     "nothing more happens, and not everything is done",
     "from here on nothing but a fault leads to an end", "the model's own bounds were reached"});
static_assert(kWords.size() == static_cast<size_t>(Broken::Bounds) + 1);

// What readers get of the changelog: at each progress record the rows are the fold of the input.
bool changelog_holds(const State& state) {
  Rows row = state.row;
  for (int i = 0; i < stable_end(state.changelog); ++i) {
    const Entry& entry = state.changelog.entries[i];
    if (entry.kind == Kind::Row) row = entry.value;
    if (entry.kind == Kind::Progress && row != fold_of(entry.value)) return false;
  }
  return true;
}

}  // namespace

Broken broken_in(const State& state, const Rules& rules) {
  if (state.broken != Broken::Nothing) return state.broken;
  if (!changelog_holds(state)) return Broken::Changelog;
  const uint8_t decided = decided_position(state);
  for (const Worker& worker : state.workers) {
    const Folder& folder = worker.folder;
    if (!folder.exists) continue;
    if (folder.row != fold_of(folder.position)) return Broken::FolderRows;
    if (decided == kNone || folder.position > decided) return Broken::FolderAhead;
  }
  const Database& database = state.database;
  if (rules.shape.database && database.lock == kNone && database.rows != fold_of(database.next))
    return Broken::DatabaseRows;
  return Broken::Nothing;
}

Broken broken_at_end(const State& state, const Rules& rules) {
  const int all = rules.records;
  bool done = state.group.owner != kNone && state.group.offset == all;
  if (done && rules.shape.table) {
    const Worker& owner = state.workers[state.group.owner];
    done = state.readable == all && owner.folder.exists && owner.folder.position == all &&
           decided_position(state) == all && owner.task.row == fold_of(all);
  }
  if (rules.shape.database) done = done && state.database.next == all;
  return done ? Broken::Nothing : Broken::Unfinished;
}

std::string_view words_of(Broken broken) { return kWords[static_cast<size_t>(broken)]; }

}  // namespace streamworker::model
