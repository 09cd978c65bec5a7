// Rows as arrays, one a column: what a prepared INSERT of MariaDB takes in one go. Nothing is
// quoted, and strings are not copied: the arrays point into the batch, which outlives their use.
//
// An array is of one type. Each value travels as what it would be as a literal (literal.h): a
// decimal as a decimal in digits, times and uuids as text. A column whose values are of several
// types (an expression without a type) ends the arrays: `fits` says so, and the row begins new
// ones. A null is of every type.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/arena.h"
#include "record/value.h"

namespace streamworker::sink {

struct MysqlColumn {
  enum class Type : uint8_t { Null, Integer, Double, Decimal, Text, Bytes };
  Type type = Type::Null;            // Null: no other value yet
  std::vector<int64_t> numbers;      // Integer; Double: its bits
  std::vector<const char*> texts;    // Decimal, Text, Bytes
  std::vector<unsigned long> sizes;  // of the texts
  std::vector<char> nulls;           // 1: null, what else is there of it is void
};

class MysqlColumns {
 public:
  explicit MysqlColumns(size_t width) : made_(width), columns_(width) {}

  // For the next batch: no rows, and the texts that were made are void.
  void start();
  // A row that may be added next. Its slot when a number there is not finite: nothing is made.
  std::optional<size_t> make(const Value* row);
  // Of the row that was made: at most so many bytes on the wire.
  size_t made_bytes() const { return made_bytes_; }
  bool fits() const;
  // REQUIRES: fits()
  void add();
  // No rows; a row that was made stays.
  void clear();

  size_t rows() const { return rows_; }
  size_t bytes() const { return bytes_; }
  // All arrays are `rows` long, or longer where their type does not use them.
  const std::vector<MysqlColumn>& columns() const { return columns_; }

 private:
  struct Cell {
    MysqlColumn::Type type = MysqlColumn::Type::Null;
    int64_t number = 0;
    std::string_view text;
  };
  bool make_cell(const Value& value, Cell& cell);
  std::string_view text_of(const Value& value);

  std::vector<Cell> made_;
  size_t made_bytes_ = 0;
  std::vector<MysqlColumn> columns_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
  Arena arena_;  // texts that are not in the batch
  std::string scratch_;
};

}  // namespace streamworker::sink
