#include "table/aggregates.h"

#include "record/row_format.h"

namespace streamworker {
namespace {

constexpr char kVersion = 1;

std::string reason(const Aggregate& call, Refusal refusal) {
  switch (refusal) {
    case Refusal::Kind: {
      const bool any = call.argument.type == Type::Any;
      return any ? "a value of a kind that it does not take"
                 : "a value is no " + to_string(call.argument);
    }
    case Refusal::NotFinite:
      return "a value is not finite (NaN or infinity)";
    case Refusal::Precision:
      return "a value does not fit " + to_string(call.argument);
    case Refusal::Range:
      return "the result would not fit " +
             (call.state == AggregateState::Mixed ? "int or double" : to_string(call.result));
    case Refusal::Full:
      if (call.state == AggregateState::Fold)
        return "more than " + std::to_string(kMostText) + " bytes of text";
      return "more than " + std::to_string(kMostValues) + " values, or " +
             std::to_string(kMostText) + " bytes of text";
    case Refusal::NeverAdded:
      return "a value is taken back that was not added";
    case Refusal::None:
      break;
  }
  return {};
}

}  // namespace

Aggregates::Aggregates(std::vector<Aggregate> calls)
    : calls_(std::move(calls)), prepared_(calls_.size()), json_(Field{}) {
  for (const Aggregate& call : calls_) {
    places_.push_back({slots_, width_});
    if (call.state == AggregateState::Fold) folds_.push_back(places_.size() - 1);
    slots_ += call.slots();
    width_ += call.values + (call.filtered ? 1U : 0U);
  }
}

AggregateRow Aggregates::make_row() const {
  AggregateRow row(slots_);
  for (const size_t i : folds_) {
    std::string_view init = calls_[i].init;
    Value value;
    if (take_value(init, value)) keep_value(row.slots_[places_[i].slot], value);
  }
  return row;
}

Result<void> Aggregates::refuse(size_t i, Refusal refusal) const {
  return skip(calls_[i].text + ": " + reason(calls_[i], refusal));
}

template <class Judge>
Result<void> Aggregates::judge(const AggregateRow& row, const Value* args, Judge may) {
  for (size_t i = 0; i < calls_.size(); ++i) {
    Prepared& record = prepared_[i];
    Refusal refusal = prepare(calls_[i], args + places_[i].argument, record);
    if (refusal == Refusal::None && record.present)
      refusal = may(calls_[i], row.slots_.get() + places_[i].slot, record);
    if (refusal != Refusal::None) return refuse(i, refusal);
  }
  return {};
}

void Aggregates::clear(AggregateRow& row) const {
  if (!row.slots_) row = make_row();
  for (size_t i = 0; i < slots_; ++i) row.slots_[i].set(Slot::Fixed{});
}

Result<void> Aggregates::add(AggregateRow& row, const Value* args) {
  auto judged = judge(row, args, streamworker::may_add);
  if (!judged) return judged;
  for (size_t i = 0; i < calls_.size(); ++i) {
    if (prepared_[i].present)
      streamworker::add(calls_[i], row.slots_.get() + places_[i].slot, prepared_[i]);
  }
  return {};
}

Result<void> Aggregates::take_back(AggregateRow& row, const Value* args) {
  auto judged = judge(row, args, streamworker::may_take_back);
  if (!judged) return judged;
  for (size_t i = 0; i < calls_.size(); ++i) {
    if (prepared_[i].present)
      streamworker::take_back(calls_[i], row.slots_.get() + places_[i].slot, prepared_[i]);
  }
  return {};
}

Result<void> Aggregates::may_add(const AggregateRow& row, const Value* args, bool back) {
  return back ? judge(row, args, streamworker::may_take_back)
              : judge(row, args, streamworker::may_add);
}

Result<void> Aggregates::merge(AggregateRow& into, const AggregateRow& from) const {
  for (size_t i = 0; i < calls_.size(); ++i) {
    const size_t slot = places_[i].slot;
    const Refusal refusal =
        may_merge(calls_[i], into.slots_.get() + slot, from.slots_.get() + slot);
    if (refusal != Refusal::None) return refuse(i, refusal);
  }
  for (size_t i = 0; i < calls_.size(); ++i) {
    const size_t slot = places_[i].slot;
    streamworker::merge(calls_[i], into.slots_.get() + slot, from.slots_.get() + slot);
  }
  return {};
}

Value Aggregates::result(const AggregateRow& row, size_t i, Arena& arena) const {
  return streamworker::result(calls_[i], row.slots_.get() + places_[i].slot, json_, arena);
}

void Aggregates::append(const AggregateRow& row, std::string& out) const {
  out += kVersion;
  for (size_t i = 0; i < calls_.size(); ++i)
    append_state(calls_[i], row.slots_.get() + places_[i].slot, out);
}

Result<AggregateRow> Aggregates::read(std::string_view bytes) const {
  if (bytes.empty()) return stop("the state of a row is damaged: it is empty");
  if (bytes.front() != kVersion)
    return stop("the state of a row has version " +
                std::to_string(static_cast<unsigned char>(bytes.front())) +
                ", which this program does not know");
  bytes.remove_prefix(1);
  AggregateRow row = make_row();
  for (size_t i = 0; i < calls_.size(); ++i) {
    if (!read_state(calls_[i], bytes, row.slots_.get() + places_[i].slot))
      return stop("the state of " + calls_[i].text + " is damaged");
  }
  if (!bytes.empty()) return stop("the state of a row is damaged: there is more than its calls'");
  return row;
}

size_t Aggregates::bytes(const AggregateRow& row) const {
  size_t bytes = slots_ * sizeof(Slot);
  for (size_t i = 0; i < slots_; ++i) bytes += row.slots_[i].heap_bytes();
  return bytes;
}

}  // namespace streamworker
