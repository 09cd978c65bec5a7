#include "sink/mysql_session.h"

#include <charconv>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/format.h"
#include "sink/parameters.h"

namespace streamworker::sink {
namespace {

constexpr MysqlPatience kPatience{.connect_seconds = 5, .read_seconds = 0, .write_seconds = 30};
constexpr size_t kLongestLockName = 64;  // MySQL's limit

// The read has no limit of time, so the network must say when nobody is there.
void watch_peer(int socket) {
  const auto set = [&](int level, int option, int value) {
    // A system that does not know one of them keeps its own patience.
    (void)::setsockopt(socket, level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

template <class Number>
SqlValue number_of(const std::string& text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  // An unsigned number beyond int64 stays its text.
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return text;
  return number;
}

SqlValue value_of(MysqlSet::Kind kind, const MysqlConnection::Cell& cell) {
  if (!cell) return {};
  if (kind == MysqlSet::Kind::Integer) return number_of<int64_t>(*cell);
  if (kind == MysqlSet::Kind::Double) return number_of<double>(*cell);
  return *cell;
}

SqlResult result_of(const MysqlSet& set) {
  SqlResult out;
  out.affected = static_cast<int64_t>(set.affected);
  for (const auto& column : set.columns) out.columns.push_back(column.name);
  for (const auto& row : set.rows) {
    auto& cells = out.rows.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) cells.push_back(value_of(set.columns[i].kind, row[i]));
  }
  return out;
}

}  // namespace

MysqlSession::~MysqlSession() { disconnect(); }

Result<void> MysqlSession::ready() {
  const bool bound = !locks_.empty() || (connection_.is_open() && connection_.in_transaction());
  // The server ends idle sessions; nothing is under way, so nothing is lost.
  if (connection_.is_open() && !bound && !connection_.ping()) disconnect();
  if (connection_.is_open()) return {};
  const auto connected = [this](int socket) {
    watch_peer(socket);
    const std::lock_guard lock(mutex_);
    socket_ = ::dup(socket);
  };
  const auto fault = connection_.open(spec_, kPatience, connected);
  if (!fault) return {};
  disconnect();
  return error_of(*fault);
}

void MysqlSession::disconnect() {
  locks_.clear();
  connection_.close();
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void MysqlSession::interrupt() {
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

Error MysqlSession::failed(const MysqlFault& fault) {
  const MysqlCause cause = cause_of(fault.code);
  const bool undo = cause == MysqlCause::Transient && connection_.in_transaction();
  if (cause == MysqlCause::Lost || (undo && connection_.run("ROLLBACK"))) disconnect();
  return error_of(fault);
}

Result<std::vector<SqlResult>> MysqlSession::run_each(std::string_view statement,
                                                      const SqlParameters* parameters) {
  if (auto done = ready(); !done) return done.error();
  std::string text(statement);
  if (parameters != nullptr) {
    auto filled = with_parameters(statement, *parameters, connection_);
    if (!filled) return filled.error();
    text = std::move(*filled);
  }
  std::vector<MysqlSet> sets;
  if (auto fault = connection_.run_each(text, sets)) return failed(*fault);
  std::vector<SqlResult> results;
  results.reserve(sets.size());
  for (const MysqlSet& set : sets) results.push_back(result_of(set));
  return results;
}

Result<void> MysqlSession::drain(std::string_view statement, const SqlParameters& parameters) {
  if (auto done = ready(); !done) return done;
  const auto text = with_parameters(statement, parameters, connection_);
  if (!text) return text.error();
  if (auto fault = connection_.drain(*text)) return failed(*fault);
  return {};
}

Result<void> MysqlSession::simple(const char* statement) {
  if (auto done = ready(); !done) return done;
  if (auto fault = connection_.run(statement)) return context(failed(*fault), statement);
  return {};
}

Result<void> MysqlSession::begin() { return simple("BEGIN"); }

Result<void> MysqlSession::commit() { return simple("COMMIT"); }

Result<void> MysqlSession::rollback() {
  if (!connection_.is_open()) return {};
  return simple("ROLLBACK");
}

bool MysqlSession::in_transaction() const {
  return connection_.is_open() && connection_.in_transaction();
}

// Locks are the server's, not the database's.
std::string MysqlSession::lock_name(const std::string& name) const {
  const std::string full = spec_.database + '.' + name;
  std::string literal;
  append_text(full, connection_, literal);
  return full.size() <= kLongestLockName ? literal : "SHA2(" + literal + ", 224)";
}

Result<bool> MysqlSession::lock(const std::string& name) {
  if (auto done = ready(); !done) return done.error();
  if (locks_.contains(name)) return true;
  MysqlConnection::Rows rows;
  if (auto fault = connection_.run(fmt::format("SELECT GET_LOCK({}, 0)", lock_name(name)), &rows))
    return context(failed(*fault), "GET_LOCK");
  const bool given = rows.at(0).at(0).value_or("0") == "1";
  if (given) locks_.insert(name);
  return given;
}

Result<void> MysqlSession::unlock(const std::string& name) {
  if (!locks_.contains(name)) return {};
  const std::string statement = fmt::format("DO RELEASE_LOCK({})", lock_name(name));
  locks_.erase(name);
  if (auto fault = connection_.run(statement)) {
    // Closing it gives the lock back as well.
    disconnect();
    return context(error_of(*fault), "RELEASE_LOCK");
  }
  return {};
}

}  // namespace streamworker::sink
