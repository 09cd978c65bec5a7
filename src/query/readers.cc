#include "query/readers.h"

namespace streamworker::query {

TableReader& Reader::of(const TableInfo& table) {
  auto& reader = tables_[&table];
  if (!reader) reader = std::make_unique<TableReader>(table, engine_);
  return *reader;
}

RouteReader& Reader::of(const TableRoute& route, const TableInfo& table) {
  auto& reader = routes_[&route];
  if (!reader) reader = std::make_unique<RouteReader>(route, of(table), engine_);
  return *reader;
}

SqlQuery& Reader::sql(const Tables& tables) {
  if (sql_) return *sql_;
  std::vector<TableReader*> all;
  for (const TableInfo& table : tables.all()) all.push_back(&of(table));
  sql_ = std::make_unique<SqlQuery>(clock_, tables, std::move(all));
  return *sql_;
}

Readers::Lent::~Lent() { from_.take_back(std::move(reader_)); }

Readers::Lent Readers::lend() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return {*this, std::move(reader)};
    }
  }
  return {*this, std::make_unique<Reader>(clock_)};
}

void Readers::take_back(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
}

}  // namespace streamworker::query
