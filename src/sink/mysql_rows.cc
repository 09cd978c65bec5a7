#include "sink/mysql_rows.h"

#include "base/format.h"
#include "sink/messages.h"
#include "sink/statement.h"

namespace streamworker::sink {
namespace {

// MariaDB turns a longer IN list into a join with a temporary table.
constexpr size_t kKeysPerDelete = 500;
// A statement's header in the protocol, and then some.
constexpr size_t kSlack = 1024;

}  // namespace

MysqlRows::MysqlRows(const TableName& name, const Table& table)
    : insert_head_(insert_head(Dialect::Mysql, name, table.columns)),
      insert_tail_(insert_tail(Dialect::Mysql, name, table)),
      delete_head_(delete_head(Dialect::Mysql, name)) {}

Result<void> MysqlRows::write(const Job& job, const std::vector<Step>& steps) {
  text_.clear();
  items_ = 0;
  for (const Step& step : steps)
    if (auto done = add(job, step); !done) return done.error();
  return flush(job);
}

Result<void> MysqlRows::add(const Job& job, const Step& step) {
  item_.clear();
  const bool writes = step.action == Step::Action::Write;
  if (auto made = writes ? append_row(job, step.row) : append_key(job, step.row); !made)
    return context(made.error(), name_of_row(job.table, job.rows, step.row));
  const size_t around = insert_head_.size() + insert_tail_.size() + delete_head_.size() + kSlack;
  if (item_.size() + around > 2 * job.limit)
    return stop(fmt::format("{}: takes {} bytes, more than the server's max_allowed_packet of {}",
                            name_of_row(job.table, job.rows, step.row), item_.size(),
                            2 * job.limit));
  const bool full =
      text_.size() + item_.size() + around > job.limit || (!writes && items_ == kKeysPerDelete);
  if (auto begun = begin_item(job, step.action, full); !begun) return begun;
  text_ += item_;
  ++items_;
  return {};
}

// In the statement that is being built, or in a new one when that is full or of the other kind.
Result<void> MysqlRows::begin_item(const Job& job, Step::Action action, bool full) {
  if (items_ != 0 && (full || action_ != action))
    if (auto done = flush(job); !done) return done;
  const bool writes = action == Step::Action::Write;
  action_ = action;
  if (items_ == 0)
    text_ += writes ? insert_head_ : delete_head_;
  else
    text_ += writes ? "," : " OR ";
  return {};
}

Result<void> MysqlRows::append_row(const Job& job, uint32_t row) {
  const Value* const values = job.rows.row(row);
  item_ += '(';
  for (size_t slot = 0; slot < job.table.columns.size(); ++slot) {
    if (slot != 0) item_ += ',';
    if (!append_literal(values[slot], job.escaper, item_))
      return stop(
          fmt::format("column \"{}\" is not a finite number", job.table.columns[slot].name));
  }
  item_ += ')';
  return {};
}

// (`a` = 1 AND `b` = 2): chained with OR, since MariaDB finds no index for (a, b) IN ((1, 2), …).
Result<void> MysqlRows::append_key(const Job& job, uint32_t row) {
  item_ += '(';
  for (const size_t slot : job.table.key) {
    if (item_.size() > 1) item_ += " AND ";
    item_ += quoted(Dialect::Mysql, job.table.columns[slot].name);
    item_ += " = ";
    if (!append_literal(job.rows.row(row)[slot], job.escaper, item_))
      return stop(
          fmt::format("column \"{}\" is not a finite number", job.table.columns[slot].name));
  }
  item_ += ')';
  return {};
}

Result<void> MysqlRows::flush(const Job& job) {
  if (items_ == 0) return {};
  if (action_ == Step::Action::Write) text_ += insert_tail_;
  auto done = job.run(text_);
  text_.clear();
  items_ = 0;
  return done;
}

}  // namespace streamworker::sink
