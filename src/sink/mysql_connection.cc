#include "sink/mysql_connection.h"

#include <cerrno>
#include <charconv>
#include <new>
#include <system_error>

#include <mariadb/mysql.h>

#include "base/format.h"

namespace streamworker::sink {
namespace {

// The one spelling that both servers know.
constexpr const char* kIsolation = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
constexpr const char* kSession =
    "SET SESSION time_zone = '+00:00', sql_mode = "
    "'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 5, autocommit = 1, wait_timeout = 20"
    "/*M!100300 , idle_transaction_timeout = 10 */";

void set_options(MYSQL* handle, const config::Database& spec, const MysqlPatience& patience) {
  const unsigned off = 0;
  const unsigned tcp = MYSQL_PROTOCOL_TCP;
  const my_bool no = 0;
  const my_bool yes = 1;
  mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &patience.connect_seconds);
  mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &patience.read_seconds);
  mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &patience.write_seconds);
  mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &off);
  mysql_options(handle, MYSQL_OPT_RECONNECT, &no);
  mysql_options(handle, MYSQL_OPT_PROTOCOL, &tcp);
  mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (!spec.tls) return;
  mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes);
  mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, spec.verify ? &yes : &no);
  if (!spec.ca.empty()) mysql_options(handle, MYSQL_OPT_SSL_CA, spec.ca.c_str());
}

// "Can't connect to server on 'localhost' (111)" → "connection refused": the number behind is the
// system's, its text says more to a person.
std::string reason(const std::string& text) {
  const size_t open = text.rfind('(');
  int number = 0;
  if (open == std::string::npos) return text;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + open + 1, end, number);
  if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != ')' || number <= 0)
    return text;
  // The library waits for the connection and then shows the number of before the wait; a wait that
  // ran out has a number of its own.
  if (number == EINPROGRESS) number = ECONNREFUSED;
  std::string said = std::generic_category().message(number);
  if (said.front() >= 'A' && said.front() <= 'Z')
    said.front() = static_cast<char>(said.front() - 'A' + 'a');
  return said;
}

MYSQL* new_handle() {
  // The library's own start is not safe from several threads; a static's is.
  static const int started = mysql_library_init(0, nullptr, nullptr);
  MYSQL* const handle = started == 0 ? mysql_init(nullptr) : nullptr;
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

void copy_rows(MYSQL* handle, MYSQL_RES* result, MysqlConnection::Rows& rows) {
  const unsigned width = mysql_field_count(handle);
  while (MYSQL_ROW row = mysql_fetch_row(result)) {
    const unsigned long* const sizes = mysql_fetch_lengths(result);
    auto& cells = rows.emplace_back(width);
    for (unsigned i = 0; i < width; ++i)
      if (row[i] != nullptr) cells[i].emplace(row[i], sizes[i]);
  }
}

MysqlSet::Kind kind_of(enum_field_types type) {
  switch (type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
      return MysqlSet::Kind::Integer;
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
      return MysqlSet::Kind::Double;
    default:
      return MysqlSet::Kind::Text;
  }
}

void describe_columns(MYSQL_RES* result, MysqlSet& set) {
  const unsigned width = mysql_num_fields(result);
  const MYSQL_FIELD* const fields = mysql_fetch_fields(result);
  for (unsigned i = 0; i < width; ++i)
    set.columns.push_back(
        {std::string(fields[i].name, fields[i].name_length), kind_of(fields[i].type)});
}

}  // namespace

void MysqlConnection::Closer::operator()(st_mysql* handle) const { mysql_close(handle); }

MysqlConnection::MysqlConnection() = default;
MysqlConnection::~MysqlConnection() = default;

std::optional<MysqlFault> MysqlConnection::open(const config::Database& spec,
                                                const MysqlPatience& patience,
                                                const Connected& connected) {
  close();
  handle_.reset(new_handle());
  set_options(handle_.get(), spec, patience);
  const std::string host = spec.host.empty() ? "localhost" : spec.host;
  const auto text = [](const std::string& value) {
    return value.empty() ? nullptr : value.c_str();
  };
  std::optional<MysqlFault> failed;
  if (mysql_real_connect(handle_.get(), host.c_str(), text(spec.user), text(spec.password.reveal()),
                         text(spec.database), static_cast<unsigned>(spec.port), nullptr,
                         CLIENT_FOUND_ROWS | CLIENT_MULTI_RESULTS) == nullptr) {
    failed = fault();
    failed->text = fmt::format("{} at {}:{}", reason(failed->text), host, spec.port);
  } else {
    if (connected) connected(static_cast<int>(mysql_get_socket(handle_.get())));
    failed = set_up();
  }
  if (failed) close();
  return failed;
}

std::optional<MysqlFault> MysqlConnection::set_up() {
  if (auto failed = run(kSession)) return failed;
  if (auto failed = run(kIsolation)) return failed;
  Rows rows;
  if (auto failed = run("SELECT @@max_allowed_packet", &rows)) return failed;
  const std::string& said = rows.at(0).at(0).value();
  longest_ = 0;
  std::from_chars(said.data(), said.data() + said.size(), longest_);
  return {};
}

void MysqlConnection::close() {
  handle_.reset();
  prepared_.clear();
}

std::optional<MysqlFault> MysqlConnection::run(std::string_view statement, Rows* rows) {
  if (mysql_real_query(handle_.get(), statement.data(), statement.size()) != 0) return fault();
  MYSQL_RES* const result = mysql_store_result(handle_.get());
  if (result != nullptr) {
    if (rows != nullptr) copy_rows(handle_.get(), result, *rows);
    mysql_free_result(result);
  } else if (mysql_field_count(handle_.get()) != 0) {
    return fault();
  }
  return {};
}

std::optional<MysqlFault> MysqlConnection::run_each(std::string_view statement,
                                                    std::vector<MysqlSet>& sets) {
  MYSQL* const handle = handle_.get();
  if (mysql_real_query(handle, statement.data(), statement.size()) != 0) return fault();
  int more = 0;  // 0: another result, -1: that was the last, above 0: an error instead of it
  do {
    MYSQL_RES* const result = mysql_store_result(handle);
    if (result != nullptr) {
      MysqlSet& set = sets.emplace_back();
      describe_columns(result, set);
      copy_rows(handle, result, set.rows);
      mysql_free_result(result);
    } else if (mysql_field_count(handle) != 0) {
      return fault();
    } else {
      sets.emplace_back().affected = mysql_affected_rows(handle);
    }
    more = mysql_next_result(handle);
  } while (more == 0);
  if (more > 0) return fault();
  return {};
}

std::optional<MysqlFault> MysqlConnection::drain(std::string_view statement) {
  MYSQL* const handle = handle_.get();
  if (mysql_real_query(handle, statement.data(), statement.size()) != 0) return fault();
  int more = 0;  // as above
  do {
    MYSQL_RES* const result = mysql_use_result(handle);
    if (result == nullptr && mysql_field_count(handle) != 0) return fault();
    if (result != nullptr) {
      while (mysql_fetch_row(result) != nullptr) {
      }
      // A result may end in an error instead of at its last row.
      const MysqlFault last = fault();
      mysql_free_result(result);
      if (last.code != 0) return last;
    }
    more = mysql_next_result(handle);
  } while (more == 0);
  if (more > 0) return fault();
  return {};
}

bool MysqlConnection::takes_arrays() const { return sink::takes_arrays(handle_.get()); }

std::optional<MysqlFault> MysqlConnection::prepare(const std::string& statement) {
  if (prepared_.contains(statement)) return {};
  MysqlStatement made(handle_.get());
  if (auto failed = made.prepare(statement)) return failed;
  prepared_.emplace(statement, std::move(made));
  return {};
}

std::optional<MysqlFault> MysqlConnection::run_arrays(const std::string& statement,
                                                      const MysqlColumns& rows) {
  const auto at = prepared_.find(statement);
  auto failed = at->second.run(rows);
  // Whatever is wrong with the statement itself (1615: the table is changed too often; 1243: the
  // server does not know it any more), the next one is new. After a bad row it is as it was.
  if (failed && cause_of(failed->code) != MysqlCause::Row) prepared_.erase(at);
  return failed;
}

bool MysqlConnection::ping() { return mysql_ping(handle_.get()) == 0; }

bool MysqlConnection::in_transaction() const {
  return (handle_->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

uint64_t MysqlConnection::matched() const { return mysql_affected_rows(handle_.get()); }

void MysqlConnection::escape(std::string_view text, std::string& out) const {
  const size_t at = out.size();
  out.resize(at + 2 * text.size() + 1);
  const unsigned long size =
      mysql_real_escape_string(handle_.get(), out.data() + at, text.data(), text.size());
  out.resize(at + size);
}

MysqlFault MysqlConnection::fault() const {
  return {mysql_errno(handle_.get()), mysql_error(handle_.get())};
}

}  // namespace streamworker::sink
