// A table that SQLite reads and somebody else holds.
//
// SQLite asks for its rows, under the conditions of the statement that help the holder to read
// fewer; it judges every row again, so what the holder gives may be more than was asked for. One
// thread, that of the connection.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "record/schema.h"
#include "sql/sqlite.h"

namespace streamworker::sql {

struct Condition {
  // Of texts all but Like are byte by byte. Like takes A and a for the same.
  enum class Test { Equal, Greater, AtLeast, Less, AtMost, Like, Glob };
  size_t column = 0;
  Test test = Test::Equal;
  Value value;  // int, double, string, bytes or null; while a statement is planned: null
};

class VirtualCursor {
 public:
  virtual ~VirtualCursor() = default;
  // To the next row; first to the first. False: there is none.
  virtual Result<bool> next() = 0;
  // A value for each field, until `next`. REQUIRES: next() said true
  virtual const Value* row() const = 0;
};

class VirtualTable {
 public:
  virtual ~VirtualTable() = default;
  virtual const std::string& name() const = 0;
  virtual const Schema& schema() const = 0;
  // So many of the first fields tell a row from all others; conditions on these are worth telling.
  virtual size_t keys() const = 0;
  // Which part of the rows such conditions leave to be read: 0 to 1.
  virtual double share(const std::vector<Condition>& conditions) const = 0;
  // Values of the conditions live until it returns.
  virtual Result<std::unique_ptr<VirtualCursor>> open(const std::vector<Condition>& conditions) = 0;
};

// From now on statements of the connection can name it. `table` must outlive the connection.
Result<void> add_table(const Connection& to, VirtualTable& table);

}  // namespace streamworker::sql
