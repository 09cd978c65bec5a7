#include "sink/mysql_rows.h"

#include "base/format.h"
#include "sink/statement.h"

namespace streamworker::sink {
namespace {

// MariaDB turns a longer IN list into a join with a temporary table.
constexpr size_t kKeysPerDelete = 500;
// A statement's header in the protocol, and then some.
constexpr size_t kSlack = 1024;

// (?,?)
std::string placeholders(size_t count) {
  std::string text = "(";
  for (size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ",?";
  return text + ')';
}

Result<void> not_finite(const Table& table, size_t slot) {
  return skip(fmt::format("column \"{}\" is not a finite number", table.columns[slot].name));
}

}  // namespace

MysqlRows::MysqlRows(const TableName& name, const Table& table)
    : insert_head_(insert_head(Dialect::Mysql, name, table.columns)),
      insert_tail_(insert_tail(Dialect::Mysql, name, table)),
      delete_head_(delete_head(Dialect::Mysql, name)),
      array_statement_(insert_head_ + placeholders(table.columns.size()) + insert_tail_),
      columns_(table.columns.size()) {}

Result<void> MysqlRows::write(const Job& job, std::span<const Step> steps) {
  text_.clear();
  columns_.start();
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

MysqlRows::Form MysqlRows::form_of(const Job& job, const Step& step) {
  if (step.action == Step::Action::Delete) return Form::Key;
  return job.run_arrays == nullptr ? Form::Text : Form::Arrays;
}

Result<void> MysqlRows::make_item(const Job& job, const Step& step) {
  item_.clear();
  const Form form = form_of(job, step);
  auto made = form == Form::Key    ? append_key(job, step.row)
              : form == Form::Text ? append_row(job, step.row)
                                   : make_columns(job, step.row);
  if (!made) return made;
  const size_t bytes = form == Form::Arrays ? columns_.made_bytes() : item_.size();
  if (bytes + around() > 2 * job.limit)
    return skip(fmt::format("takes {} bytes, more than the server's max_allowed_packet of {}",
                            bytes, 2 * job.limit));
  return {};
}

bool MysqlRows::is_full(const Job& job, Form form) const {
  if (form == Form::Arrays)
    return !columns_.fits() || columns_.bytes() + columns_.made_bytes() + around() > job.limit;
  return text_.size() + item_.size() + around() > job.limit ||
         (form == Form::Key && items_ == kKeysPerDelete);
}

// To the statement that is being built, or to a new one when that is full or of another form.
Result<void> MysqlRows::add_item(const Job& job, const Step& step, size_t at) {
  const Form form = form_of(job, step);
  if (items_ != 0 && (form_ != form || is_full(job, form)))
    if (auto done = flush(job); !done) return done;
  if (items_ == 0) {
    form_ = form;
    first_ = at;
  }
  if (form == Form::Arrays)
    columns_.add();
  else
    append_item();
  ++items_;
  return {};
}

void MysqlRows::append_item() {
  if (form_ == Form::Text)
    text_ += items_ == 0 ? insert_head_ : ",";
  else
    text_ += items_ == 0 ? delete_head_ : " OR ";
  text_ += item_;
}

Result<void> MysqlRows::make_columns(const Job& job, uint32_t row) {
  const auto slot = columns_.make(job.rows.row(row));
  return slot ? not_finite(job.table, *slot) : Result<void>();
}

Result<void> MysqlRows::append_row(const Job& job, uint32_t row) {
  const Value* const values = job.rows.row(row);
  item_ += '(';
  for (size_t slot = 0; slot < job.table.columns.size(); ++slot) {
    if (slot != 0) item_ += ',';
    if (!append_literal(values[slot], job.escaper, item_)) return not_finite(job.table, slot);
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
      return not_finite(job.table, slot);
  }
  item_ += ')';
  return {};
}

Result<void> MysqlRows::flush(const Job& job) {
  if (items_ == 0) return {};
  if (form_ == Form::Text) text_ += insert_tail_;
  auto done = form_ == Form::Arrays ? (*job.run_arrays)(columns_) : job.run(text_);
  if (!done) failed_ = {first_, items_};
  text_.clear();
  columns_.clear();
  items_ = 0;
  return done;
}

}  // namespace streamworker::sink
