#include "table/accumulator.h"

#include <algorithm>

#include "table/value_order.h"

namespace streamworker {
namespace {

using Function = AggregateFunction;
using State = AggregateState;

ExactSum exact_of(const Slot& slot) {
  return {slot.get<Int128>(), slot.get<uint64_t>(sizeof(Int128))};
}
void set_exact(Slot& slot, const ExactSum& sum) {
  slot.set(sum.sum);
  slot.set(sum.n, sizeof(Int128));
}

Refusal combine_exact(const Aggregate& call, const Slot& into, const Slot& from, Sign sign,
                      Slot& made) {
  ExactSum sum = exact_of(into);
  const Refusal refusal = sum.combine(exact_of(from), sign, call.least, call.most);
  set_exact(made, sum);
  return refusal;
}

Refusal combine_float(const Slot& into, const Slot& from, Sign sign, Slot& made) {
  auto sum = into.get<FloatSum>();
  const Refusal refusal = sum.combine(from.get<FloatSum>(), sign);
  made.set(sum);
  return refusal;
}

Refusal combine_moments(const Slot* into, const Slot* from, Sign sign, Slot* made) {
  Refusal refusal = combine_float(into[0], from[0], sign, made[0]);
  if (refusal == Refusal::None) refusal = combine_float(into[1], from[1], sign, made[1]);
  if (refusal != Refusal::None) return refusal;
  return has_distances(made[0].get<FloatSum>(), made[1].get<FloatSum>()) ? Refusal::None
                                                                         : Refusal::Range;
}

// Of the states that are sums: what `into` is with `from` in it, or taken out of it.
Refusal combine(const Aggregate& call, const Slot* into, const Slot* from, Sign sign, Slot* made) {
  switch (call.state) {
    case State::Count: {
      auto n = into->get<uint64_t>();
      const Refusal refusal = combine(n, from->get<uint64_t>(), sign);
      made->set(n);
      return refusal;
    }
    case State::Exact:
      return combine_exact(call, *into, *from, sign, *made);
    case State::Float:
      return combine_float(*into, *from, sign, *made);
    case State::Mixed: {
      const Refusal refusal = combine_exact(call, into[0], from[0], sign, made[0]);
      return refusal != Refusal::None ? refusal : combine_float(into[1], from[1], sign, made[1]);
    }
    default:
      return combine_moments(into, from, sign, made);
  }
}

bool is_sum(State state) { return state <= State::Moments; }

void keep(const Aggregate& call, Slot* slots, const Slot* made) {
  for (size_t i = 0; i < call.slots(); ++i) slots[i].set(made[i].get<Slot::Fixed>());
}

// Does a new value, which came later, take the place of the kept one?
bool replaces(Function function, const Value& fresh, const Value& kept) {
  if (kept.is_null()) return true;
  switch (function) {
    case Function::Min:
    case Function::MinBy:
      return compare(fresh, kept) < 0;
    case Function::Max:
    case Function::MaxBy:
      return compare(fresh, kept) > 0;
    default:
      return function == Function::Last;
  }
}

void add_one(const Aggregate& call, Slot* slots, const Value& x) {
  if (replaces(call.function, x, slots->get<Value>())) keep_value(*slots, x);
}

void add_one_by(const Aggregate& call, Slot* slots, const Value& x, const Value& y) {
  if (!replaces(call.function, y, slots[1].get<Value>())) return;
  keep_value(slots[0], x);
  keep_value(slots[1], y);
}

size_t bucket_of(const Aggregate& call, double x) {
  const auto at = std::upper_bound(call.bounds.begin(), call.bounds.end(), x);
  return static_cast<size_t>(at - call.bounds.begin());
}

std::vector<uint64_t>& buckets(const Aggregate& call, Slot& slot) {
  return slot.hold<std::vector<uint64_t>>(call.bounds.size() + 1);
}

TopValues& top(const Aggregate& call, Slot& slot) {
  return slot.hold<TopValues>(call.k, call.function == Function::TopKDistinct);
}

// What the first value of an empty state is judged by.
template <class T>
Refusal may_add_to(const T* held, const Value& x) {
  return held != nullptr ? held->may_add(x) : T().may_add(x);
}

template <class T>
Refusal may_merge_into(const Slot& into, const Slot& from) {
  const T* const both[] = {into.held<T>(), from.held<T>()};
  if (both[0] == nullptr || both[1] == nullptr) return Refusal::None;
  return both[0]->may_merge(*both[1]);
}

template <class T>
void merge_held(Slot& into, const Slot& from) {
  if (const T* const held = from.held<T>()) into.hold<T>().merge(*held);
}

void merge_buckets(const Aggregate& call, Slot& into, const Slot& from) {
  const auto* const counts = from.held<std::vector<uint64_t>>();
  if (counts == nullptr) return;
  std::vector<uint64_t>& sums = buckets(call, into);
  for (size_t i = 0; i < sums.size(); ++i) sums[i] += (*counts)[i];
}

}  // namespace

void keep_value(Slot& slot, const Value& value) {
  if (!value.is_view()) return slot.set(value);
  std::string& text = slot.hold<std::string>();
  text.assign(value.as_view());
  switch (value.kind()) {
    case Value::Kind::String:
      return slot.set(Value::of_string(text));
    case Value::Kind::Json:
      return slot.set(Value::of_json(text));
    default:
      return slot.set(Value::of_bytes(text));
  }
}

Refusal may_add(const Aggregate& call, const Slot* slots, Prepared& record) {
  switch (call.state) {
    case State::List:
      return may_add_to(slots->held<ValueList>(), record.x);
    case State::Set:
      return may_add_to(slots->held<ValueSet>(), record.x);
    case State::Top: {
      const auto* const held = slots->held<TopValues>();
      return held != nullptr ? held->may_add(record.x) : TopValues(call.k, false).may_add(record.x);
    }
    case State::Fold:
      return OwnedValue::text_size(record.x) > kMostText ? Refusal::Full : Refusal::None;
    default:
      if (!is_sum(call.state)) return Refusal::None;
      return combine(call, slots, record.unit, Sign::Add, record.made);
  }
}

void add(const Aggregate& call, Slot* slots, const Prepared& record) {
  switch (call.state) {
    case State::One:
      return add_one(call, slots, record.x);
    case State::OneBy:
      return add_one_by(call, slots, record.x, record.y);
    case State::List:
      return slots->hold<ValueList>().add(record.x);
    case State::Set:
      return slots->hold<ValueSet>().add(record.x);
    case State::Top:
      return top(call, *slots).add(record.x);
    case State::Distinct:
      return slots->hold<DistinctCount>().add(hash_of(record.x));
    case State::Buckets:
      ++buckets(call, *slots)[bucket_of(call, record.x.as_double())];
      return;
    case State::Digest:
      return slots->hold<TDigest>().add(record.x.as_double());
    case State::Fold:
      return keep_value(*slots, record.x);
    default:
      return keep(call, slots, record.made);
  }
}

Refusal may_take_back(const Aggregate& call, const Slot* slots, Prepared& record) {
  const auto from = [&](const auto* held) {
    return held == nullptr ? Refusal::NeverAdded : held->may_take_back(record.x);
  };
  switch (call.state) {
    case State::List:
      return from(slots->held<ValueList>());
    case State::Set:
      return from(slots->held<ValueSet>());
    case State::Buckets: {
      const auto* const counts = slots->held<std::vector<uint64_t>>();
      const size_t at = bucket_of(call, record.x.as_double());
      return counts == nullptr || (*counts)[at] == 0 ? Refusal::NeverAdded : Refusal::None;
    }
    default:
      return combine(call, slots, record.unit, Sign::TakeBack, record.made);
  }
}

void take_back(const Aggregate& call, Slot* slots, const Prepared& record) {
  switch (call.state) {
    case State::List:
      return slots->hold<ValueList>().take_back(record.x);
    case State::Set:
      return slots->hold<ValueSet>().take_back(record.x);
    case State::Buckets:
      --buckets(call, *slots)[bucket_of(call, record.x.as_double())];
      return;
    default:
      return keep(call, slots, record.made);
  }
}

Refusal may_merge(const Aggregate& call, const Slot* into, const Slot* from) {
  switch (call.state) {
    case State::List:
      return may_merge_into<ValueList>(*into, *from);
    case State::Set:
      return may_merge_into<ValueSet>(*into, *from);
    case State::Top:
      return may_merge_into<TopValues>(*into, *from);
    default:
      if (!is_sum(call.state)) return Refusal::None;
      Slot made[2];
      return combine(call, into, from, Sign::Add, made);
  }
}

void merge(const Aggregate& call, Slot* into, const Slot* from) {
  switch (call.state) {
    case State::One:
      if (const Value x = from->get<Value>(); !x.is_null()) add_one(call, into, x);
      return;
    case State::OneBy:
      if (const Value y = from[1].get<Value>(); !y.is_null())
        add_one_by(call, into, from[0].get<Value>(), y);
      return;
    case State::List:
      return merge_held<ValueList>(*into, *from);
    case State::Set:
      return merge_held<ValueSet>(*into, *from);
    case State::Top:
      if (const auto* const held = from->held<TopValues>()) top(call, *into).merge(*held);
      return;
    case State::Distinct:
      return merge_held<DistinctCount>(*into, *from);
    case State::Buckets:
      return merge_buckets(call, *into, *from);
    case State::Digest:
      return merge_held<TDigest>(*into, *from);
    case State::Fold:
      return keep_value(*into, from->get<Value>());
    default:
      Slot made[2];
      if (combine(call, into, from, Sign::Add, made) == Refusal::None) keep(call, into, made);
  }
}

}  // namespace streamworker
