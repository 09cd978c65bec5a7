// A database as a sink: rows and the position they stand for go in together, or not at all.
//
// A Database is one connection and belongs to one thread (a sink thread). It connects by itself
// when it has to. Every transaction is one batch: first the position's row is moved from `start` to
// `end` under the epoch that this owner claimed (DESIGN 5.3), then the rows, then COMMIT. When the
// outcome of a COMMIT is unknown, the row is read back before anything else is said.
//
// Rows that the database refuses for what they hold (too long, out of range, null, duplicate; also
// one over the server's max_allowed_packet) are handed to RowRefusals before COMMIT; the rest of
// the batch goes in as if they had not been there: rows of the same key that were folded away are
// written after all, in order.
//
// Errors: Retry (away, busy, deadlock: the transaction is rolled back, try the same batch again),
// Stop (no such table or column, no permission: says which). `trouble` says more.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/spec.h"
#include "record/batch.h"

namespace streamworker {

// Whose position it is: one row of streamworker_offsets.
struct PartId {
  std::string app;
  std::string sink;  // <pipeline>/<database table>
  std::string topic;
  int32_t partition = 0;
  std::string owner;        // the member, for people
  std::string incarnation;  // the embedded log's; empty: a server's
};

struct Claim {
  bool known = false;  // false: there is no row, and none was made
  Offset next = 0;
  int64_t epoch = 0;
};

// The table that a pipeline writes, in terms of the rows it gets.
struct Table {
  std::string name;  // as in the file; schema.table is allowed
  Schema columns;    // names and types of the columns, in the order of the slots
  bool upsert = false;
  std::vector<size_t> key;       // slots of the upsert's key
  std::optional<size_t> newest;  // slot: a row replaces only one that is not newer
  bool create = false;
  bool operator==(const Table&) const = default;
};

enum class Written { Done, Fenced };

// A row that the database refuses for what it holds; `row` counts in its batch. The message has the
// database's code and the row's key: "1406: Data too long for column 'text', in row id 'a' (offset
// 7)".
struct RefusedRow {
  size_t row = 0;
  std::string message;
};

// Where refused rows go (DESIGN 3.9, 5.4). Called by `write` inside its transaction, before COMMIT,
// so that no position moves past a row that is not kept: an error rolls everything back.
class RowRefusals {
 public:
  virtual ~RowRefusals() = default;
  // The rows of one batch, in its order; also when none was refused. When a transaction comes to
  // nothing after this call it is made again, and this called again: what counts is the last time.
  virtual Result<void> take(const PartId& part, const Batch& rows,
                            const std::vector<RefusedRow>& refused) = 0;
};

// What an error was about. Retry: Busy, Away, Refusals; Stop: the rest.
enum class Trouble {
  Busy,      // a lock, a deadlock, a full disk: the same connection may take it later
  Away,      // no connection, or one that must be made anew
  Refusals,  // the refused rows could not be kept (RowRefusals said Retry)
  Schema,    // no such table or column, or it does not fit
  Denied,    // user, password, permission, a damaged file
  Unknown,   // a code that nobody knows
  Fatal,     // not one pipeline's affair: RowRefusals said Stop, or another incarnation
};

// The rows that move a position from `claim.next` to `end`; what is named outlives the call.
struct Delivery {
  const PartId& part;
  const Claim& claim;
  Offset end = 0;
  const Table& table;
  const Batch& rows;
};

class Database {
 public:
  virtual ~Database() = default;
  // Creates streamworker_offsets if need be and, with `create`, the table; then checks that the
  // table and its columns exist, that the key is a unique key, that the engine has transactions.
  // Returns warnings, each a sentence.
  virtual Result<std::vector<std::string>> prepare(const Table& table) = 0;
  // Takes the position over: bumps its epoch, so that an earlier owner can no longer write.
  // With `start` a missing row is made with that position. Stop: another incarnation's row.
  virtual Result<Claim> claim(const PartId& part, std::optional<Offset> start) = 0;
  // One transaction: position `claim.next` → `end`, and the rows (none: the position alone). Rows
  // of one key are folded, the last wins (with `newest` the last of the newest); a deleted row
  // deletes by key. On Done the caller's claim is at `end`. Fenced: somebody else claimed it.
  virtual Result<Written> write(const Delivery& delivery, RowRefusals& refusals) = 0;
  // Closes the connection; the next call opens it again.
  virtual void disconnect() = 0;
  // About the last error that a call returned.
  Trouble trouble() const { return trouble_; }

 protected:
  Trouble trouble_ = Trouble::Unknown;
};

// MySQL/MariaDB or SQLite, by the scheme. Does not connect yet.
std::unique_ptr<Database> open_database(const config::Database& spec);

}  // namespace streamworker
