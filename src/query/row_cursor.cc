#include "query/row_cursor.h"

#include "query/pane_rows.h"

namespace streamworker::query {

namespace {

std::unique_ptr<PartitionRows> rows_of(const TableReader& reader, const store::Partition& from,
                                       const Range& range, const rocks::Snapshot* at) {
  const auto& windows = reader.table().windows;
  if (windows && windows->panes)
    return std::make_unique<PaneRows>(reader, from.rows("", "", at), range);
  return std::make_unique<PlainRows>(reader, from.rows(range.begin, range.end, at));
}

// Rows lie by their places in every partition.
class MergedRows final : public RowCursor {
 public:
  MergedRows(TableReader& reader, Readable from, const Range& range)
      : reader_(reader), from_(std::move(from)) {
    for (size_t i = 0; i < from_.rows.size(); ++i) {
      const auto* const at = from_.at.empty() ? nullptr : from_.at[i].get();
      rows_.push_back(rows_of(reader, *from_.rows[i], range, at));
    }
  }

  Result<bool> next() override {
    while (true) {
      PartitionRows* const first = smallest();
      if (first == nullptr) return ended();
      auto row = first->row();
      if (!row) return row.error();
      auto shown = reader_.show(first->place(), std::move(*row), row_);
      first->next();
      if (!shown || *shown) return shown;
    }
  }
  const ShownRow& row() const override { return row_; }

 private:
  PartitionRows* smallest() {
    PartitionRows* first = nullptr;
    for (const auto& one : rows_)
      if (one->valid() && (first == nullptr || one->place() < first->place())) first = one.get();
    return first;
  }
  Result<bool> ended() const {
    for (const auto& one : rows_)
      if (auto status = one->status(); !status) return status.error();
    return false;
  }

  TableReader& reader_;
  Readable from_;  // before what walks over it
  std::vector<std::unique_ptr<PartitionRows>> rows_;
  ShownRow row_;
};

}  // namespace

std::unique_ptr<RowCursor> open_rows(TableReader& reader, Readable from, const Range& range) {
  return std::make_unique<MergedRows>(reader, std::move(from), range);
}

}  // namespace streamworker::query
