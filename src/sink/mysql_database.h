// A MySQL or MariaDB server as a Database (see database.h).
//
// A COMMIT without an answer is settled like this: on a new connection the same transaction is done
// again. Its first statement waits for the position's row should the old transaction still be
// running, and matches it only when that one was not committed. When it does not match, the row is
// read FOR UPDATE: at `end` under our epoch means that it was. So the answer is right also when the
// server stays away and the caller comes back with the same batch later.
//
// A row at fault is found by halving the statement that fails, in the same transaction: the server
// undoes a failing statement by itself, so the halves that work stay. In a batch of 1000 each bad
// row costs about ten statements (measured, 20 of them), and two where all are bad.
//
// MariaDB takes the rows of an upsert or insert as arrays of a prepared statement, MySQL as text;
// which one is settled when the connection is opened. Keys to delete are text in both. Halving is
// the same with both, since to the server arrays are no loop of statements but one INSERT that
// draws its rows from them: when it fails for the 700th, it undoes the 699 in front of it, and the
// first half of 500 finds none of its rows there. (It would loop over an UPDATE or DELETE, and
// leave the rows in front of the bad one. They must not be sent like this.)
#pragma once

#include <list>

#include "sink/batch_steps.h"
#include "sink/mysql_connection.h"
#include "sink/mysql_rows.h"

namespace streamworker::sink {

class MysqlCatalog;

// How rows travel: as arrays where the server takes them, else, or always, as text.
enum class MysqlForm { Arrays, Text };

class MysqlDatabase final : public Database {
 public:
  explicit MysqlDatabase(const config::Database& spec, MysqlForm form = MysqlForm::Arrays)
      : spec_(spec), form_(form) {}

  Result<std::vector<std::string>> prepare(const Table& table) override;
  Result<Claim> claim(const PartId& part, std::optional<Offset> start) override;
  Result<Written> write(const Delivery& delivery, RowRefusals& refusals) override;
  void disconnect() override { connection_.close(); }

 private:
  // A table that is written, and how. Unknown order until `prepare` has seen the table.
  struct Target {
    Table table;
    TableName name;
    KeyOrder order;
    MysqlRows rows;
  };
  struct Job {
    const Delivery& delivery;
    Target& target;
    RowRefusals& refusals;
  };
  enum class Moved { Yes, Already, Fenced };
  struct Position {
    Offset next = 0;
    int64_t epoch = 0;
    std::string incarnation;
  };

  Result<void> connect();
  // BEGIN, on a new connection when the server ended the old one.
  Result<void> begin();
  // Rolls back, or closes the connection when it is lost, and says what to do.
  Error undone(const MysqlFault& fault);
  Error failed(const MysqlFault& fault, const std::string& doing);
  Error start_failed(Error error, const MysqlCatalog& catalog);
  void roll_back();

  Result<Target*> target_of(const Table& table);
  Result<Claim> claim_row(const PartId& part, std::optional<Offset> start);
  // None: there is no row.
  Result<std::optional<Position>> read_position(const PartId& part);
  // The batch, until no row has to be unfolded any more (batch_steps.h).
  Result<Written> write_batch(const Job& job);
  // None: rolled back, and there are other steps to be tried.
  Result<std::optional<Written>> transact(const Job& job);
  Result<Moved> move_position(const Job& job);
  // A statement that fails for a row leaves nothing: its halves are tried, down to the row.
  Result<void> write_steps(const MysqlRows::Job& job, MysqlRows& rows, std::span<const Step> steps);
  Result<void> write_rows(const Job& job);
  // Whether the rows go as arrays: then the statement for them is prepared.
  Result<bool> prepare_arrays(const MysqlRows& rows);
  Result<void> hand_over(const Job& job);
  // The WHERE clause of a position's row.
  std::string where(const PartId& part) const;
  std::string literal(const std::string& text) const;

  config::Database spec_;
  MysqlForm form_;
  MysqlConnection connection_;
  bool arrays_ = false;  // the connection's form
  std::list<Target> targets_;
  BatchSteps steps_;  // of the batch that is being written
  bool commit_unknown_ = false;
};

}  // namespace streamworker::sink
