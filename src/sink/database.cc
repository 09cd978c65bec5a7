#include "sink/database.h"

#include "sink/mysql_database.h"
#include "sink/sqlite_database.h"

namespace streamworker {

std::unique_ptr<Database> open_database(const config::Database& spec) {
  if (spec.scheme == "sqlite") return std::make_unique<sink::SqliteDatabase>(spec.database);
  return std::make_unique<sink::MysqlDatabase>(spec);
}

}  // namespace streamworker
