// One connection to MySQL or MariaDB: libmariadb behind RAII. Opened for a sink as DESIGN 5.1 says:
// time zone UTC, READ COMMITTED, strict SQL mode, utf8mb4, no local files, no several statements in
// one text, no silent reconnecting; 10 s to connect, to read and to write, 5 s for a lock; rows
// that an UPDATE matched are counted whether it changed them or not. A session that is left alone
// for 20 s, or 10 s within a transaction (MariaDB), is ended by the server, so that a worker that
// was stopped or cut off does not hold its locks. One thread.
//
// Always TCP, also to "localhost". Messages never hold the password.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/spec.h"
#include "sink/literal.h"
#include "sink/mysql_errors.h"
#include "sink/mysql_statement.h"

struct st_mysql;

namespace streamworker::sink {

// How long an operation may take; 0: for as long as the other side is there.
struct MysqlPatience {
  unsigned connect_seconds = 10;
  unsigned read_seconds = 10;
  unsigned write_seconds = 10;
};

// One result of a statement: rows, or how many it matched.
struct MysqlSet {
  enum class Kind { Integer, Double, Text };
  struct Column {
    std::string name;
    Kind kind = Kind::Text;
  };
  std::vector<Column> columns;  // none: no rows, a count
  std::vector<std::vector<std::optional<std::string>>> rows;
  uint64_t affected = 0;
};

class MysqlConnection final : public Escaper {
 public:
  using Cell = std::optional<std::string>;
  using Rows = std::vector<std::vector<Cell>>;

  MysqlConnection();
  ~MysqlConnection() override;
  MysqlConnection(const MysqlConnection&) = delete;
  MysqlConnection& operator=(const MysqlConnection&) = delete;

  // Called with the connection's descriptor as soon as the server has let it in, before the first
  // statement.
  using Connected = std::function<void(int socket)>;
  // None: it is open. An open connection is closed first.
  std::optional<MysqlFault> open(const config::Database& spec, const MysqlPatience& patience = {},
                                 const Connected& connected = {});
  void close();
  bool is_open() const { return handle_ != nullptr; }

  // One statement; REQUIRES: is_open(). `rows`: what it returned. None: it worked.
  std::optional<MysqlFault> run(std::string_view statement, Rows* rows = nullptr);
  // The same for statements with several results (CALL): all are read, those before an error stay
  // in `sets`.
  std::optional<MysqlFault> run_each(std::string_view statement, std::vector<MysqlSet>& sets);
  // The same without the rows: none is kept, however many there are.
  std::optional<MysqlFault> drain(std::string_view statement);
  // Whether the two calls below work: not with MySQL. REQUIRES: is_open()
  bool takes_arrays() const;
  // Makes `statement` ready for `run_arrays`. Once it worked, it costs nothing any more for as long
  // as the connection is the same. REQUIRES: is_open()
  std::optional<MysqlFault> prepare(const std::string& statement);
  // One statement for all of the rows. REQUIRES: is_open(), prepared
  std::optional<MysqlFault> run_arrays(const std::string& statement, const MysqlColumns& rows);
  // Asks the server whether it is there. REQUIRES: is_open()
  bool ping();
  bool in_transaction() const;
  // Rows that the last UPDATE, INSERT or DELETE matched.
  uint64_t matched() const;
  // @@max_allowed_packet when the connection was opened: no statement may be as long.
  size_t longest_statement() const { return longest_; }
  // REQUIRES: is_open()
  void escape(std::string_view text, std::string& out) const override;

 private:
  struct Closer {
    void operator()(st_mysql* handle) const;
  };
  std::optional<MysqlFault> set_up();
  MysqlFault fault() const;

  std::map<std::string, MysqlStatement, std::less<>> prepared_;  // by their texts
  std::unique_ptr<st_mysql, Closer> handle_;  // closed before them: they need not say goodbye
  size_t longest_ = 0;
};

}  // namespace streamworker::sink
