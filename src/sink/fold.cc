#include "sink/fold.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

namespace streamworker::sink {
namespace {

template <class T>
int order_of(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

std::string_view without_blanks(std::string_view text) {
  const size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

int compare_decimals(const Value& a, const Value& b) {
  // A column has one scale; values of another scale are only kept apart.
  if (a.scale() != b.scale()) return order_of(a.scale(), b.scale());
  return order_of(a.as_unscaled(), b.as_unscaled());
}

// Negative, 0, positive. Null is the smallest.
int compare(const Value& a, const Value& b, bool padded) {
  if (a.kind() != b.kind()) return order_of(a.kind(), b.kind());
  switch (a.kind()) {
    case Value::Kind::Null:
      return 0;
    case Value::Kind::Int:
    case Value::Kind::Bool:
    case Value::Kind::Timestamp:
    case Value::Kind::Date:
      return order_of(a.as_int(), b.as_int());
    case Value::Kind::Double:
      return order_of(a.as_double(), b.as_double());
    case Value::Kind::Decimal:
      return compare_decimals(a, b);
    case Value::Kind::Uuid:
      return std::memcmp(a.as_uuid(), b.as_uuid(), 16);
    case Value::Kind::String:
      if (padded) return without_blanks(a.as_view()).compare(without_blanks(b.as_view()));
      return a.as_view().compare(b.as_view());
    case Value::Kind::Bytes:
    case Value::Kind::Json:
      return a.as_view().compare(b.as_view());
  }
  return 0;
}

class Folding {
 public:
  Folding(const Table& table, const Batch& rows, bool padded)
      : table_(table), rows_(rows), padded_(padded) {}

  int compare_keys(uint32_t a, uint32_t b) const {
    for (const size_t slot : table_.key) {
      const int order = compare(rows_.row(a)[slot], rows_.row(b)[slot], padded_);
      if (order != 0) return order;
    }
    return 0;
  }

  bool null_in_key(uint32_t row) const {
    return std::any_of(table_.key.begin(), table_.key.end(),
                       [&](size_t slot) { return rows_.row(row)[slot].is_null(); });
  }

  // Row numbers sorted by key; those of one key in the batch's order.
  void sort(std::vector<Step>& steps) const {
    const auto before = [this](const Step& a, const Step& b) {
      const int order = compare_keys(a.row, b.row);
      return order != 0 ? order < 0 : a.row < b.row;
    };
    if (!std::is_sorted(steps.begin(), steps.end(), before))
      std::sort(steps.begin(), steps.end(), before);
  }

  // Adds what stands of the rows of one key.
  void reduce(const Step* begin, const Step* end, std::vector<Step>& out) const {
    const Step* deleted = end;  // the last deletion
    for (const Step* at = begin; at != end; ++at)
      if (rows_.meta(at->row).deleted) deleted = at;
    const Step* after = deleted == end ? begin : deleted + 1;
    const bool writes = after != end;
    if (deleted != end && (!writes || table_.newest))
      out.push_back({Step::Action::Delete, deleted->row});
    if (writes) out.push_back({Step::Action::Write, winner(after, end)});
  }

 private:
  uint32_t winner(const Step* begin, const Step* end) const {
    if (!table_.newest) return (end - 1)->row;
    uint32_t best = begin->row;
    for (const Step* at = begin + 1; at != end; ++at) {
      const int order =
          compare(rows_.row(at->row)[*table_.newest], rows_.row(best)[*table_.newest], false);
      if (order >= 0) best = at->row;
    }
    return best;
  }

  const Table& table_;
  const Batch& rows_;
  bool padded_;
};

bool is_refused(const std::vector<RefusedRow>& refused, uint32_t row) {
  return std::binary_search(refused.begin(), refused.end(), RefusedRow{row, {}},
                            [](const RefusedRow& a, const RefusedRow& b) { return a.row < b.row; });
}

bool any_deleted(const Batch& rows) {
  for (size_t row = 0; row < rows.size(); ++row)
    if (rows.meta(row).deleted) return true;
  return false;
}

// Every row that is not refused, none folded.
void append_each(const Batch& rows, const std::vector<RefusedRow>& refused,
                 std::span<const Step> all, std::vector<Step>& out) {
  for (const Step& step : all)
    if (!is_refused(refused, step.row))
      out.push_back(
          {rows.meta(step.row).deleted ? Step::Action::Delete : Step::Action::Write, step.row});
}

void arrange(KeyOrder order, std::vector<Step>& folded, std::vector<Step>& unfolded) {
  const auto in_batch = [](const Step& a, const Step& b) { return a.row < b.row; };
  if (order != KeyOrder::Unknown) {
    std::stable_partition(folded.begin(), folded.end(),
                          [](const Step& step) { return step.action == Step::Action::Delete; });
    std::sort(unfolded.begin(), unfolded.end(), in_batch);
  }
  folded.insert(folded.end(), unfolded.begin(), unfolded.end());
  if (order == KeyOrder::Unknown) std::sort(folded.begin(), folded.end(), in_batch);
}

}  // namespace

void fold(const Table& table, const Batch& rows, KeyOrder order,
          const std::vector<RefusedRow>& refused, std::vector<Step>& steps) {
  steps.clear();
  for (uint32_t row = 0; row < rows.size(); ++row) steps.push_back({Step::Action::Write, row});
  if (!table.upsert) {
    const auto gone = [&](const Step& step) { return is_refused(refused, step.row); };
    steps.erase(std::remove_if(steps.begin(), steps.end(), gone), steps.end());
    return;
  }
  std::vector<Step> kept;
  std::vector<Step> unfolded;
  if (order == KeyOrder::Unknown && table.newest && any_deleted(rows)) {
    append_each(rows, refused, steps, kept);
    steps.swap(kept);
    return;
  }
  const Folding folding(table, rows, order == KeyOrder::Padded);
  folding.sort(steps);
  kept.reserve(steps.size());
  for (size_t i = 0, end = 0; i < steps.size(); i = end) {
    end = i + 1;
    if (!folding.null_in_key(steps[i].row))
      while (end < steps.size() && folding.compare_keys(steps[i].row, steps[end].row) == 0) ++end;
    const std::span<const Step> of_key(steps.data() + i, end - i);
    const bool refuses =
        !refused.empty() && std::any_of(of_key.begin(), of_key.end(), [&](const Step& step) {
          return is_refused(refused, step.row);
        });
    if (refuses)
      append_each(rows, refused, of_key, unfolded);
    else
      folding.reduce(steps.data() + i, steps.data() + end, kept);
  }
  arrange(order, kept, unfolded);
  steps.swap(kept);
}

}  // namespace streamworker::sink
