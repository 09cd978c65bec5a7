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

void set_options(MYSQL* handle, const config::Database& spec) {
  const unsigned seconds = 10;
  const unsigned off = 0;
  const unsigned tcp = MYSQL_PROTOCOL_TCP;
  const my_bool no = 0;
  const my_bool yes = 1;
  mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &seconds);
  mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
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

}  // namespace

void MysqlConnection::Closer::operator()(st_mysql* handle) const { mysql_close(handle); }

MysqlConnection::MysqlConnection() = default;
MysqlConnection::~MysqlConnection() = default;

std::optional<MysqlFault> MysqlConnection::open(const config::Database& spec) {
  handle_.reset(new_handle());
  set_options(handle_.get(), spec);
  const std::string host = spec.host.empty() ? "localhost" : spec.host;
  const auto text = [](const std::string& value) {
    return value.empty() ? nullptr : value.c_str();
  };
  std::optional<MysqlFault> failed;
  if (mysql_real_connect(handle_.get(), host.c_str(), text(spec.user), text(spec.password.reveal()),
                         text(spec.database), static_cast<unsigned>(spec.port), nullptr,
                         CLIENT_FOUND_ROWS) == nullptr) {
    failed = fault();
    failed->text = fmt::format("{} at {}:{}", reason(failed->text), host, spec.port);
  } else {
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

void MysqlConnection::close() { handle_.reset(); }

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
