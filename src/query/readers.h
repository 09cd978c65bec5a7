// What a thread needs to show rows: an SQL engine, and what is compiled for each table on it. Made
// when it is first needed, and lent to one thread after the other.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "query/route_reader.h"
#include "query/sql_query.h"
#include "query/table_reader.h"
#include "query/tables.h"

namespace streamworker::query {

// One thread at a time.
class Reader {
 public:
  explicit Reader(const Clock& clock) : clock_(clock), engine_(clock) {}
  TableReader& of(const TableInfo& table);
  // `table`: the route's.
  RouteReader& of(const TableRoute& route, const TableInfo& table);
  // `tables`: the same each time.
  SqlQuery& sql(const Tables& tables);

 private:
  const Clock& clock_;
  sql::Engine engine_;
  std::map<const TableInfo*, std::unique_ptr<TableReader>> tables_;
  std::map<const TableRoute*, std::unique_ptr<RouteReader>> routes_;
  std::unique_ptr<SqlQuery> sql_;
};

// Any thread may call.
class Readers {
 public:
  // Goes back when it ends.
  class Lent {
   public:
    Lent(Readers& from, std::unique_ptr<Reader> reader) : from_(from), reader_(std::move(reader)) {}
    ~Lent();
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    Reader* operator->() const { return reader_.get(); }

   private:
    Readers& from_;
    std::unique_ptr<Reader> reader_;
  };

  // The clock must outlive it, and it what it lends.
  explicit Readers(const Clock& clock) : clock_(clock) {}
  Lent lend();

 private:
  void take_back(std::unique_ptr<Reader> reader);

  const Clock& clock_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace streamworker::query
