#include <cmath>

#include "record/decimal.h"
#include "table/accumulator.h"

namespace streamworker {
namespace {

using Function = AggregateFunction;
using State = AggregateState;

Value decimal_avg(Int128 sum, uint64_t n, FieldType argument, uint8_t scale) {
  const Int128 count = n;
  const Int128 all = sum < 0 ? -sum : sum;
  const Int128 factor = power_of_ten(scale - argument.scale);
  const Int128 rest = all % count * factor;  // below 2^62 * 10^4
  Int128 avg = all / count * factor + rest / count;
  if (rest % count * 2 >= count) ++avg;
  return Value::of_decimal(sum < 0 ? -avg : avg, scale);
}

Value exact_result(const Aggregate& call, const Slot& slot) {
  const auto sum = slot.get<Int128>();
  const auto n = slot.get<uint64_t>(sizeof sum);
  if (n == 0) return {};
  if (call.function == Function::Sum && call.result.type == Type::Decimal)
    return Value::of_decimal(sum, call.result.scale);
  if (call.function == Function::Sum) return Value::of_int(static_cast<int64_t>(sum));
  if (call.result.type == Type::Decimal)
    return decimal_avg(sum, n, call.argument, call.result.scale);
  return Value::of_double(
      static_cast<double>(static_cast<long double>(sum) / static_cast<long double>(n)));
}

Value float_result(const Aggregate& call, const FloatSum& sum) {
  if (sum.n == 0) return {};
  const double all = sum.value();
  return Value::of_double(call.function == Function::Sum ? all : all / static_cast<double>(sum.n));
}

Value mixed_result(const Aggregate& call, const Slot* slots) {
  auto all = slots[1].get<FloatSum>();
  if (all.n == 0) return exact_result(call, slots[0]);
  const auto whole = slots[0].get<uint64_t>(sizeof(Int128));
  const FloatSum ints{static_cast<double>(slots[0].get<Int128>()), 0, whole};
  // An int moves no double out of range.
  if (all.combine(ints, Sign::Add) != Refusal::None) return {};
  return float_result(call, all);
}

Value moments_result(const Aggregate& call, const Slot* slots) {
  const auto x = slots[0].get<FloatSum>();
  if (x.n < 2) return {};
  const double variance =
      squared_distances(x, slots[1].get<FloatSum>()) / static_cast<double>(x.n - 1);
  return Value::of_double(call.function == Function::Variance ? variance : std::sqrt(variance));
}

Value count_result(uint64_t n) { return Value::of_int(static_cast<int64_t>(n)); }

// "[", what `each` puts there with commas between, "]".
template <class T>
Value json_array(const T* held, const FieldText& json, Arena& arena) {
  std::string text = "[";
  if (held != nullptr) {
    held->each([&](const Value& value) {
      if (text.size() > 1) text += ',';
      // Values are finite.
      if (!json.append_json(value, text)) text += "null";
    });
  }
  text += ']';
  return Value::of_json(arena.copy(text));
}

Value buckets_result(const Aggregate& call, const Slot& slot, Arena& arena) {
  const auto* const counts = slot.held<std::vector<uint64_t>>();
  std::string text = "[";
  for (size_t i = 0; i <= call.bounds.size(); ++i) {
    if (i > 0) text += ',';
    text += std::to_string(counts == nullptr ? 0 : (*counts)[i]);
  }
  text += ']';
  return Value::of_json(arena.copy(text));
}

Value digest_result(const Aggregate& call, const Slot& slot) {
  const auto* const digest = slot.held<TDigest>();
  if (digest == nullptr || digest->empty()) return {};
  return Value::of_double(digest->quantile(call.q));
}

}  // namespace

Value result(const Aggregate& call, const Slot* slots, const FieldText& json, Arena& arena) {
  switch (call.state) {
    case State::Count:
      return count_result(slots->get<uint64_t>());
    case State::Exact:
      return exact_result(call, *slots);
    case State::Float:
      return float_result(call, slots->get<FloatSum>());
    case State::Mixed:
      return mixed_result(call, slots);
    case State::Moments:
      return moments_result(call, slots);
    case State::One:
    case State::OneBy:
    case State::Fold:
      return slots->get<Value>();
    case State::List:
      return json_array(slots->held<ValueList>(), json, arena);
    case State::Set:
      return json_array(slots->held<ValueSet>(), json, arena);
    case State::Top:
      return json_array(slots->held<TopValues>(), json, arena);
    case State::Distinct: {
      const auto* const held = slots->held<DistinctCount>();
      return count_result(held == nullptr ? 0 : held->count());
    }
    case State::Buckets:
      return buckets_result(call, *slots, arena);
    case State::Digest:
      return digest_result(call, *slots);
  }
  return {};
}

}  // namespace streamworker
