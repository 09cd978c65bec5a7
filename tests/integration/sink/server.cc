#include "integration/sink/server.h"

#include <cstdlib>

#include <unistd.h>

#include "unit/catch.h"

namespace streamworker::sink {
namespace {

std::string environment(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets any
  return value == nullptr || *value == '\0' ? otherwise : value;
}

std::string unused_name() {
  static int count = 0;
  return "sw_sink_" + std::to_string(::getpid()) + '_' + std::to_string(++count);
}

}  // namespace

config::Database server(const std::string& database) {
  config::Database spec;
  spec.scheme = "mysql";
  spec.host = environment("MYSQL_HOST", "127.0.0.1");
  spec.port = std::stoi(environment("MYSQL_PORT", "3306"));
  spec.user = environment("MYSQL_USER", "root");
  spec.database = database;
  return spec;
}

OwnDatabase::OwnDatabase() {
  const std::string name = unused_name();
  REQUIRE_FALSE(connection_.open(server("")));
  sql("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
  sql("USE " + name);
  // The connection of a test may stand idle for as long as it takes.
  sql("SET SESSION wait_timeout = 600");
  spec_ = server(name);
}

OwnDatabase::~OwnDatabase() {
  if (connection_.is_open() && connection_.run("DROP DATABASE " + spec_.database)) std::abort();
}

std::string OwnDatabase::sql(const std::string& statement) {
  MysqlConnection::Rows rows;
  const auto fault = connection_.run(statement, &rows);
  if (fault) FAIL(fault->code << ": " << fault->text);
  std::string out;
  for (const auto& row : rows) {
    for (const auto& cell : row) out += cell.value_or("NULL") + ',';
    out.back() = ';';
  }
  return out;
}

}  // namespace streamworker::sink
