// The rows of a batch as statements of MySQL, each under half of what the server takes: rows to be
// written as multi-row text, or as arrays of one prepared statement (MariaDB); keys to be deleted
// as text.
//
// Measured (MariaDB 10.11, default durability, 7 columns, upserts of 1000 rows each): CPU per row
// of the server + the client with the making of the rows, medians of 3 on a busy machine.
//                               keys in order    random keys, many of them repeated
//   raw loop, no position       4.5 + 0.9 µs     9.8 + 1.0 µs
//   text, with the position     5.3 + 1.1 µs     8.3 + 1.4 µs
//   arrays                      3.0 + 1.0 µs     7.7 + 0.9 µs
// Folding and sorting pay for themselves; arrays save the server its parsing, us the quoting.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "sink/fold.h"
#include "sink/identifier.h"
#include "sink/literal.h"
#include "sink/mysql_columns.h"

namespace streamworker::sink {

class MysqlRows {
 public:
  // Runs one statement; an error ends the whole. Skip: one of its rows is at fault, and the
  // statement left nothing.
  using Run = std::function<Result<void>(const std::string& statement)>;

  // The same for `array_statement()` with the rows that it is to write.
  using RunArrays = std::function<Result<void>(const MysqlColumns& rows)>;

  // Rows on their way to a server: how to quote for it, the bytes of one statement, who runs it.
  struct Job {
    const Table& table;
    const Batch& rows;
    const Escaper& escaper;
    size_t limit;
    const Run& run;
    const RunArrays* run_arrays = nullptr;  // null: rows are written as text, too
  };

  MysqlRows(const TableName& name, const Table& table);

  // The statement that writes rows from arrays: placeholders for one row.
  const std::string& array_statement() const { return array_statement_; }

  // Some of the steps: how many are in front of it, and how many they are.
  struct Range {
    size_t first = 0;
    size_t count = 0;
  };

  // The steps in their order, runs of the same action as one statement each, cut where `limit`
  // bytes are full. A single row may be longer than that, up to 2 * limit; more is an error (Skip),
  // as is a number that is not finite. The job's table is the one that this was made with.
  Result<void> write(const Job& job, std::span<const Step> steps);
  // After an error of `write`: the steps of what failed. Those in front of it are written, those
  // behind it were not tried.
  Range failed() const { return failed_; }

 private:
  // A row or key in the form in which it is going to be sent.
  enum class Form : uint8_t { Text, Arrays, Key };
  static Form form_of(const Job& job, const Step& step);
  Result<void> make_item(const Job& job, const Step& step);
  bool is_full(const Job& job, Form form) const;
  Result<void> add_item(const Job& job, const Step& step, size_t at);
  void append_item();
  Result<void> make_columns(const Job& job, uint32_t row);
  Result<void> append_row(const Job& job, uint32_t row);
  Result<void> append_key(const Job& job, uint32_t row);
  Result<void> flush(const Job& job);
  size_t around() const;

  std::string insert_head_;
  std::string insert_tail_;
  std::string delete_head_;
  std::string array_statement_;
  // The statement that is being built. Its memory is kept from batch to batch.
  std::string text_;
  std::string item_;  // the row that may not fit in it any more
  MysqlColumns columns_;
  Form form_ = Form::Text;  // of the statement
  size_t items_ = 0;
  size_t first_ = 0;  // the step of the statement's first item
  Range failed_;
};

}  // namespace streamworker::sink
