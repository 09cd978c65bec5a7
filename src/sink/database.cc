#include "sink/database.h"

#include "sink/mysql_database.h"

namespace streamworker {

std::unique_ptr<Database> open_database(const config::Database& spec) {
  return std::make_unique<sink::MysqlDatabase>(spec);
}

}  // namespace streamworker
