// A MySQL or MariaDB server as a Database (see database.h).
//
// A COMMIT without an answer is settled like this: on a new connection the same transaction is done
// again. Its first statement waits for the position's row should the old transaction still be
// running, and matches it only when that one was not committed. When it does not match, the row is
// read FOR UPDATE: at `end` under our epoch means that it was. So the answer is right also when the
// server stays away and the caller comes back with the same batch later.
#pragma once

#include <list>

#include "sink/mysql_connection.h"
#include "sink/mysql_rows.h"

namespace streamworker::sink {

class MysqlDatabase final : public Database {
 public:
  explicit MysqlDatabase(const config::Database& spec) : spec_(spec) {}

  Result<std::vector<std::string>> prepare(const Table& table) override;
  Result<Claim> claim(const PartId& part, std::optional<Offset> start) override;
  Result<Written> write(const PartId& part, const Claim& claim, Offset end, const Table& table,
                        const Batch& rows) override;
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
    const PartId& part;
    const Claim& claim;
    Offset end;
    Target& target;
    const Batch& rows;
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
  Error failed(const MysqlFault& fault, const std::string& doing);
  void roll_back();

  Result<Target*> target_of(const Table& table);
  Result<Claim> claim_row(const PartId& part, std::optional<Offset> start);
  // None: there is no row.
  Result<std::optional<Position>> read_position(const PartId& part);
  Result<Written> transact(const Job& job);
  Result<Moved> move_position(const Job& job);
  Result<void> write_rows(const Job& job);
  Error row_failed(const Job& job, const MysqlFault& fault);
  // The step that fails by itself: the statement of many rows does not say which one it was.
  std::optional<Step> find_culprit(const Job& job);
  // The WHERE clause of a position's row.
  std::string where(const PartId& part) const;
  std::string literal(const std::string& text) const;

  config::Database spec_;
  MysqlConnection connection_;
  std::list<Target> targets_;
  std::vector<Step> steps_;  // of the batch that is being written
  bool commit_unknown_ = false;
};

}  // namespace streamworker::sink
