// A SQLite file as a Database (see database.h). WAL, synchronous NORMAL: what is committed survives
// the end of the process however it comes, and a power cut may take the last transactions back,
// rows and position together. Other processes may read and write meanwhile; the file's one write
// lock is waited for up to 5 s. A COMMIT here is never ambiguous.
//
// The path ":memory:" is a database that lives as long as this object.
#pragma once

#include <list>

#include "sink/fold.h"
#include "sink/identifier.h"
#include "sql/sqlite.h"

namespace streamworker::sink {

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(std::string path) : path_(std::move(path)) {}

  Result<std::vector<std::string>> prepare(const Table& table) override;
  Result<Claim> claim(const PartId& part, std::optional<Offset> start) override;
  Result<Written> write(const PartId& part, const Claim& claim, Offset end, const Table& table,
                        const Batch& rows) override;
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
  struct Job {
    const PartId& part;
    const Claim& claim;
    Offset end;
    Target& target;
    const Batch& rows;
  };

  Result<void> connect();
  Result<void> prepare_positions();
  Result<Target*> target_of(const Table& table);
  Result<void> prepare_statements(Target& target);
  Result<Claim> claim_row(const PartId& part, std::optional<Offset> start);
  Result<Written> transact(const Job& job);
  Result<bool> move_position(const Job& job);
  Result<void> write_rows(const Job& job);
  // Rolls back and passes the error on.
  Error failed(Error error);

  std::string path_;
  bool open_ = false;
  sql::Connection connection_;
  Positions positions_;
  std::list<Target> targets_;
  std::vector<Step> steps_;  // of the batch that is being written
};

}  // namespace streamworker::sink
