// Everything that there is at one moment, in bytes: what the broker, the database and the disks
// hold, what is on its way, and what two workers have in memory.
//
// One input partition with a few records. A record's place in `Rows` says how often it is in a row:
// a fold in which a lost record and a doubled one show. Topics hold what is of interest only:
// records of aborted transactions and markers are left out, and what everybody has read is folded,
// so that histories that differ in nothing that matters are one state. Only bytes and no padding:
// two states are equal when their bytes are.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace streamworker::model {

constexpr int kWorkers = 2;
constexpr uint8_t kNone = 0xff;     // no offset, no index, nobody
constexpr uint8_t kSettled = 0xff;  // of an entry: its transaction was committed
constexpr uint8_t kOrphan = 2;      // whose lock it is: of a connection that is gone

// How often each record is in a row: two bits a record, 3 being "three times or more".
using Rows = uint8_t;
constexpr int kMostRecords = 3;
Rows with_record(Rows rows, int record);
// What records 0 to `end` - 1 make, each once.
Rows fold_of(int end);

enum class Kind : uint8_t { None, Row, Progress, Output };
struct Entry {
  uint8_t owner = 0;  // the worker whose open transaction it belongs to, or kSettled
  Kind kind = Kind::None;
  uint8_t value = 0;  // Rows, a position, or the record that the output is of
};
struct Topic {
  static constexpr int kMost = 9;
  uint8_t size = 0;
  std::array<Entry, kMost> entries{};
};

// A transactional id at its coordinator. It has no more than one transaction, until the markers of
// the last one are written.
enum class Phase : uint8_t { Empty, Open, Committing, Aborting };
struct Transaction {
  Phase phase = Phase::Empty;
  bool end_sent = false;   // EndTxn is on its way, with the id's present epoch
  bool answered = false;   // the answer to it is on its way: committed
  uint8_t offset = kNone;  // pending in the group
  bool told = false;       // the metadata that goes with it names the table
  bool trimmed = false;    // entries of it were left out, since it will be aborted
};

struct Group {
  uint8_t owner = kNone;   // by the present generation
  bool asks_back = false;  // a rebalance has begun, its owner is to give the partition back
  uint8_t offset = 0;
  bool told = false;  // the metadata names the table
};

// A table partition's RocksDB.
struct Folder {
  bool exists = false;
  Rows row = 0;
  uint8_t position = 0;   // its progress
  uint8_t changelog = 0;  // the first entry that is not in it
};

// A sink thread and its connection: one thing at a time.
enum class Sink : uint8_t { Idle, Claim, Claimed, Batch, BatchAgain, Moved, Commit, Done, Missed };
struct Session {
  Sink step = Sink::Idle;
  uint8_t first = 0;  // the batch's first record
  uint8_t start = 0;  // the position that it moves,
  uint8_t end = 0;    // and where to
  bool gone = false;  // its part was dropped: nobody waits for the answer
};

// Where a stream thread is. `Idle` to `Running`, it serves the group between two actions.
enum class Step : uint8_t {
  Idle,
  Producer,   // needs one that has started
  Offsets,    // reads the group's
  Watermark,  // asks where the changelog ends
  Restore,
  Locate,  // the database's position
  Running,
  Changes,   // commit: sends rows,
  Progress,  // their progress,
  Send,      // the group's offsets,
  End,       // EndTxn,
  Await,     // waits for the answer,
  Write,     // writes RocksDB's batch
  Drain,     // gives back: waits for the database
};
enum class Why : uint8_t { Usual, Launch, Revoke, Fence };
enum class Part : uint8_t { Off, Claiming, Active, Fenced, Behind };

// What a stream thread has in memory for its task.
struct Task {
  uint8_t group = 0;      // the group's offset at the start
  bool known = false;     // the group knew the table then
  uint8_t committed = 0;  // the group's offset as this thread knows it
  uint8_t next = 0;       // the next record to take
  uint8_t output = 0;     // the output has taken what lies below
  uint8_t table = 0;      // the table likewise
  Rows row = 0;
  uint8_t sent = kNone;  // the table's position as the changelog has it
  uint8_t end = kNone;   // of the changelog: to restore to, or behind the progress just sent
  Part part = Part::Off;
  uint8_t durable = 0;  // the position in the database
  uint8_t given = 0;    // the first record that its next batch holds
};

struct Worker {
  bool alive = true;
  bool assigned = false;  // it thinks that the partition is its own
  bool stale = false;     // the group does not: a newer generation has begun
  bool producer = false;
  bool fenced = false;      // its producer's epoch is an old one
  bool superseded = false;  // another has begun as owner since (for the invariant)
  bool again = false;       // planted only: sends the same once more
  Step step = Step::Idle;
  Why why = Why::Usual;
  Task task;
  Session session;
  Transaction transaction;
  Folder folder;
};

struct Database {
  uint8_t next = 0;
  Rows rows = 0;
  uint8_t claimed_by = kNone;  // whose is the newest epoch
  uint8_t lock = kNone;        // on the position's row: a worker's session or kOrphan
  uint8_t first = 0;           // of what kOrphan commits
  uint8_t end = 0;
};

enum class Broken : uint8_t {
  Nothing,
  Outputs,
  Changelog,
  FolderRows,
  FolderAhead,
  DatabaseRows,
  GroupBack,
  ZombieTransaction,
  ZombieDatabase,
  HalfCommit,
  ChangelogShort,
  ChangelogLost,
  Unfinished,
  NoEnd,
  Bounds,  // of the model itself
};

struct State {
  uint8_t faults = 0;  // that are left
  Broken broken = Broken::Nothing;
  uint8_t readable = 0;  // outputs that a reader has seen
  Rows row = 0;          // the folded beginning of the changelog
  uint8_t position = kNone;
  Group group;
  Topic changelog;
  Topic output;
  Database database;
  std::array<Worker, kWorkers> workers;
};
static_assert(std::has_unique_object_representations_v<State>);

// Appends; the index behind it.
uint8_t append(State& state, Topic State::*topic, Entry entry);
// The marker of worker's transaction arrives there: its entries become readable, or are gone.
void settle(State& state, Topic State::*topic, uint8_t owner, bool commit);
bool holds(const Topic& topic, uint8_t owner);
// Of the changelog: the first entry that is not readable.
uint8_t stable_end(const Topic& topic);
// The progress of the last commit that was decided, whether or not its marker is written; kNone:
// there is none.
uint8_t decided_position(const State& state);
// Leaves out what makes no difference any more. `trim`: so it does with what a transaction wrote
// that nobody can commit: only its first entry in the changelog stays, for which readers wait.
void normalize(State& state, bool trim);
// The workers under each other's name.
State swapped(const State& state);
uint64_t hash_of(const State& state);
bool operator==(const State& a, const State& b);

}  // namespace streamworker::model
