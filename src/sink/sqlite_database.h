// A SQLite file as a Database (see database.h). WAL, synchronous NORMAL: what is committed survives
// the end of the process however it comes, and a power cut may take the last transactions back,
// rows and position together. Other processes may read and write meanwhile; the file's one write
// lock is waited for up to 5 s. A COMMIT here is never ambiguous.
//
// The path ":memory:" is a database that lives as long as this object.
#pragma once

#include <list>

#include "sink/batch_steps.h"
#include "sink/identifier.h"
#include "sql/sqlite.h"

namespace streamworker::sink {

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(std::string path) : path_(std::move(path)) {}

  Result<std::vector<std::string>> prepare(const Table& table) override;
  Result<Claim> claim(const PartId& part, std::optional<Offset> start) override;
  Result<Written> write(const Delivery& delivery, RowRefusals& refusals) override;
  void disconnect() override;

 private:
  // A table that is written, with its statements. Unknown order until `prepare` has seen the table.
  struct Target {
    Table table;
    TableName name;
    KeyOrder order = KeyOrder::Unknown;
    sql::Statement insert;
    sql::Statement erase;
  };
  // The statements on streamworker_offsets.
  struct Positions {
    sql::Statement insert;
    sql::Statement read;
    sql::Statement claim;
    sql::Statement move;
  };
  struct Position {
    Offset next = 0;
    int64_t epoch = 0;
    std::string incarnation;
  };
  struct Job {
    const Delivery& delivery;
    Target& target;
    RowRefusals& refusals;
  };

  Result<void> connect();
  Result<void> prepare_positions();
  Result<Target*> target_of(const Table& table);
  Result<void> prepare_statements(Target& target);
  // None: there is no row.
  Result<std::optional<Position>> read_position(const PartId& part);
  // The same, after making a row that is not there.
  Result<std::optional<Position>> made_position(const PartId& part, Offset start);
  // None: rolled back, and there are other steps to be tried (batch_steps.h).
  Result<std::optional<Written>> transact(const Job& job);
  Result<bool> move_position(const Delivery& delivery);
  Result<void> write_rows(const Job& job);
  Result<void> write_row(const Job& job, const Step& step);
  // Notes what the connection's last error was about, and passes the error on.
  Error noted(Error error);
  // Notes it, rolls back, and closes a connection that cannot be used any more.
  Error failed(Error error);

  std::string path_;
  bool open_ = false;
  sql::Connection connection_;
  Positions positions_;
  std::list<Target> targets_;
  BatchSteps steps_;  // of the batch that is being written
};

}  // namespace streamworker::sink
