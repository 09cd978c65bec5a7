#include "sink/mysql_statement.h"

#include <new>
#include <vector>

#include <mariadb/mysql.h>

namespace streamworker::sink {
namespace {

static_assert(STMT_INDICATOR_NONE == 0 && STMT_INDICATOR_NULL == 1);

enum_field_types type_of(MysqlColumn::Type type) {
  switch (type) {
    case MysqlColumn::Type::Double:
      return MYSQL_TYPE_DOUBLE;
    case MysqlColumn::Type::Decimal:
      return MYSQL_TYPE_NEWDECIMAL;
    case MysqlColumn::Type::Text:
      return MYSQL_TYPE_STRING;
    case MysqlColumn::Type::Bytes:
      return MYSQL_TYPE_BLOB;
    case MysqlColumn::Type::Null:  // all are: any type
    case MysqlColumn::Type::Integer:
      break;
  }
  return MYSQL_TYPE_LONGLONG;
}

// The library reads what it is given and changes nothing of it.
template <class T>
T* readable(const std::vector<T>& array) {
  return const_cast<T*>(array.data());
}

MYSQL_BIND bind_of(const MysqlColumn& column) {
  MYSQL_BIND bind = {};
  bind.buffer_type = type_of(column.type);
  bind.u.indicator = readable(column.nulls);
  if (column.type < MysqlColumn::Type::Decimal) {
    bind.buffer = readable(column.numbers);
  } else {
    bind.buffer = readable(column.texts);
    bind.length = readable(column.sizes);
  }
  return bind;
}

}  // namespace

bool takes_arrays(st_mysql* connection) {
  unsigned long basic = 0;
  unsigned long extended = 0;
  mariadb_get_infov(connection, MARIADB_CONNECTION_SERVER_CAPABILITIES, &basic);
  mariadb_get_infov(connection, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &extended);
  // MariaDB's own capabilities mean something only where it does not say that it is a MySQL.
  return (basic & CLIENT_MYSQL) == 0 &&
         (extended & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
}

void MysqlStatement::Closer::operator()(st_mysql_stmt* handle) const { mysql_stmt_close(handle); }

MysqlStatement::MysqlStatement(st_mysql* connection) : handle_(mysql_stmt_init(connection)) {
  if (!handle_) throw std::bad_alloc();
}

std::optional<MysqlFault> MysqlStatement::prepare(std::string_view text) {
  if (mysql_stmt_prepare(handle_.get(), text.data(), text.size()) != 0) return fault();
  return {};
}

std::optional<MysqlFault> MysqlStatement::run(const MysqlColumns& rows) {
  std::vector<MYSQL_BIND> binds;
  for (const MysqlColumn& column : rows.columns()) binds.push_back(bind_of(column));
  const auto count = static_cast<unsigned>(rows.rows());
  if (mysql_stmt_attr_set(handle_.get(), STMT_ATTR_ARRAY_SIZE, &count) != 0 ||
      mysql_stmt_bind_param(handle_.get(), binds.data()) != 0 ||
      mysql_stmt_execute(handle_.get()) != 0)
    return fault();
  return {};
}

MysqlFault MysqlStatement::fault() const {
  return {mysql_stmt_errno(handle_.get()), mysql_stmt_error(handle_.get())};
}

}  // namespace streamworker::sink
