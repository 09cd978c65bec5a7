#include "query/sql_table.h"

#include "query/bounds.h"

namespace streamworker::query {

namespace {

class Walk final : public sql::VirtualCursor {
 public:
  // Null: no rows. `failure`: of the table, which outlives it.
  Walk(std::unique_ptr<RowCursor> rows, std::optional<Error>& failure)
      : rows_(std::move(rows)), failure_(failure) {}
  Result<bool> next() override {
    auto more = rows_ ? rows_->next() : Result<bool>(false);
    if (!more) failure_ = more.error();
    return more;
  }
  const Value* row() const override { return rows_->row().values(); }

 private:
  std::unique_ptr<RowCursor> rows_;
  std::optional<Error>& failure_;
};

}  // namespace

double SqlTable::share(const std::vector<sql::Condition>& conditions) const {
  return share_of(reader_.table().plan->key, conditions);
}

Result<std::unique_ptr<sql::VirtualCursor>> SqlTable::open(
    const std::vector<sql::Condition>& conditions) {
  if (!rows_) {
    auto now = tables_.readable(reader_.table());
    if (!now) {
      failure_ = now.error();
      return now.error();
    }
    rows_ = std::move(*now);
    rows_->freeze();
  }
  const auto range = bounds_of(reader_.table().plan->key, conditions);
  std::unique_ptr<sql::VirtualCursor> walk =
      std::make_unique<Walk>(range ? open_rows(reader_, *rows_, *range) : nullptr, failure_);
  return walk;
}

void SqlTable::release() {
  rows_.reset();
  failure_.reset();
}

}  // namespace streamworker::query
