#include "sink/mysql_rows.h"

#include "base/format.h"
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

Result<void> MysqlRows::write(const Job& job, std::span<const Step> steps) {
  text_.clear();
  items_ = 0;
  for (size_t at = 0; at < steps.size(); ++at) {
    if (auto made = make_item(job, steps[at]); !made) {
      if (auto done = flush(job); !done) return done;
      failed_ = {at, 1};
      return made;
    }
    if (auto added = add_item(job, steps[at], at); !added) return added;
  }
  return flush(job);
}

// What a statement has beside its rows.
size_t MysqlRows::around() const {
  return insert_head_.size() + insert_tail_.size() + delete_head_.size() + kSlack;
}

Result<void> MysqlRows::make_item(const Job& job, const Step& step) {
  item_.clear();
  const bool writes = step.action == Step::Action::Write;
  if (auto made = writes ? append_row(job, step.row) : append_key(job, step.row); !made)
    return made;
  if (item_.size() + around() > 2 * job.limit)
    return skip(fmt::format("takes {} bytes, more than the server's max_allowed_packet of {}",
                            item_.size(), 2 * job.limit));
  return {};
}

// To the statement that is being built, or to a new one when that is full or of the other kind.
Result<void> MysqlRows::add_item(const Job& job, const Step& step, size_t at) {
  const bool writes = step.action == Step::Action::Write;
  const bool full =
      text_.size() + item_.size() + around() > job.limit || (!writes && items_ == kKeysPerDelete);
  if (items_ != 0 && (full || action_ != step.action))
    if (auto done = flush(job); !done) return done;
  if (items_ == 0) {
    action_ = step.action;
    first_ = at;
    text_ += writes ? insert_head_ : delete_head_;
  } else {
    text_ += writes ? "," : " OR ";
  }
  text_ += item_;
  ++items_;
  return {};
}

Result<void> MysqlRows::append_row(const Job& job, uint32_t row) {
  const Value* const values = job.rows.row(row);
  item_ += '(';
  for (size_t slot = 0; slot < job.table.columns.size(); ++slot) {
    if (slot != 0) item_ += ',';
    if (!append_literal(values[slot], job.escaper, item_))
      return skip(
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
      return skip(
          fmt::format("column \"{}\" is not a finite number", job.table.columns[slot].name));
  }
  item_ += ')';
  return {};
}

Result<void> MysqlRows::flush(const Job& job) {
  if (items_ == 0) return {};
  if (action_ == Step::Action::Write) text_ += insert_tail_;
  auto done = job.run(text_);
  if (!done) failed_ = {first_, items_};
  text_.clear();
  items_ = 0;
  return done;
}

}  // namespace streamworker::sink
