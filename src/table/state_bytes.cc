// States as bytes, in the terms of record/row_format.h: numbers of values as varints, everything
// else as tagged values. A state that lost all its values has the bytes of a new one.
#include <algorithm>

#include "record/decimal.h"
#include "record/row_format.h"
#include "table/accumulator.h"

namespace streamworker {
namespace {

using State = AggregateState;

constexpr uint64_t kMostCount = uint64_t{1} << 62;  // far from where counting would wrap

bool read_count(std::string_view& bytes, uint64_t& n) {
  return take_varint(bytes, n) && n <= kMostCount;
}

bool read_double(std::string_view& bytes, double& number) {
  Value value;
  if (!take_value(bytes, value) || value.kind() != Value::Kind::Double) return false;
  number = value.as_double();
  return std::isfinite(number);
}

void append_exact(const Slot& slot, std::string& out) {
  append_varint(slot.get<uint64_t>(sizeof(Int128)), out);
  append_value(Value::of_decimal(slot.get<Int128>(), 0), out);
}

// An average that its type has no room for would overflow.
bool is_sum_of(const Aggregate& call, Int128 sum, uint64_t n) {
  if (n == 0) return sum == 0;
  if (call.argument.type != Type::Decimal) return true;
  const Int128 limit = power_of_ten(call.argument.precision);
  return sum / Int128{n} < limit && sum / Int128{n} > -limit;
}

bool read_exact(const Aggregate& call, std::string_view& bytes, Slot& slot) {
  uint64_t n = 0;
  Value sum;
  if (!read_count(bytes, n) || !take_value(bytes, sum)) return false;
  if (sum.kind() != Value::Kind::Decimal || sum.scale() != 0) return false;
  if (sum.as_unscaled() < call.least || sum.as_unscaled() > call.most) return false;
  slot.set(sum.as_unscaled());
  slot.set(n, sizeof(Int128));
  return is_sum_of(call, sum.as_unscaled(), n);
}

void append_float(const Slot& slot, std::string& out) {
  const auto sum = slot.get<FloatSum>();
  append_varint(sum.n, out);
  append_value(Value::of_double(sum.sum), out);
  append_value(Value::of_double(sum.error), out);
}

bool read_float(std::string_view& bytes, Slot& slot) {
  FloatSum sum;
  if (!read_count(bytes, sum.n)) return false;
  if (!read_double(bytes, sum.sum) || !read_double(bytes, sum.error)) return false;
  slot.set(sum);
  return std::isfinite(sum.value()) && (sum.n > 0 || (sum.sum == 0 && sum.error == 0));
}

bool read_moments(std::string_view& bytes, Slot* slots) {
  if (!read_float(bytes, slots[0]) || !read_float(bytes, slots[1])) return false;
  const auto x = slots[0].get<FloatSum>();
  const auto squares = slots[1].get<FloatSum>();
  return x.n == squares.n && has_distances(x, squares);
}

// Would the value have been kept as it is?
bool is_kept(const Aggregate& call, FieldType type, const Value& value) {
  Value kept;
  return prepare_value(call, type, value, kept) == Refusal::None && kept == value;
}

bool read_one(const Aggregate& call, FieldType type, std::string_view& bytes, Slot& slot) {
  Value value;
  if (!take_value(bytes, value)) return false;
  if (value.is_null()) return true;
  if (!is_kept(call, type, value)) return false;
  keep_value(slot, value);
  return true;
}

bool read_one_by(const Aggregate& call, std::string_view& bytes, Slot* slots) {
  if (!read_one(call, call.argument, bytes, slots[0])) return false;
  if (!read_one(call, call.by, bytes, slots[1])) return false;
  return slots[0].get<Value>().is_null() == slots[1].get<Value>().is_null();
}

template <class T>
void append_held(const T* held, const T& empty, std::string& out) {
  (held != nullptr ? *held : empty).append(out);
}

template <class T>
bool keep_held(T&& read, Slot& slot) {
  if (!read.empty()) slot.hold<std::remove_cvref_t<T>>(std::forward<T>(read));
  return true;
}

template <class T>
bool read_values(const Aggregate& call, std::string_view& bytes, T&& empty, Slot& slot) {
  const auto valid = [&](const Value& value) { return is_kept(call, call.argument, value); };
  return empty.read(bytes, valid) && keep_held(std::forward<T>(empty), slot);
}

template <class T>
bool read_sketch(std::string_view& bytes, Slot& slot) {
  T sketch;
  return sketch.read(bytes) && keep_held(std::move(sketch), slot);
}

TopValues empty_top(const Aggregate& call) {
  return {call.k, call.function == AggregateFunction::TopKDistinct};
}

void append_buckets(const Aggregate& call, const Slot& slot, std::string& out) {
  const auto* const counts = slot.held<std::vector<uint64_t>>();
  for (size_t i = 0; i <= call.bounds.size(); ++i)
    append_varint(counts != nullptr ? (*counts)[i] : 0, out);
}

bool read_buckets(const Aggregate& call, std::string_view& bytes, Slot& slot) {
  std::vector<uint64_t> counts(call.bounds.size() + 1);
  for (uint64_t& n : counts) {
    if (!read_count(bytes, n)) return false;
  }
  slot.hold<std::vector<uint64_t>>(std::move(counts));
  return true;
}

}  // namespace

void append_state(const Aggregate& call, const Slot* slots, std::string& out) {
  switch (call.state) {
    case State::Count:
      return append_varint(slots->get<uint64_t>(), out);
    case State::Exact:
      return append_exact(*slots, out);
    case State::Float:
      return append_float(*slots, out);
    case State::Mixed:
      append_exact(slots[0], out);
      return append_float(slots[1], out);
    case State::Moments:
      append_float(slots[0], out);
      return append_float(slots[1], out);
    case State::One:
    case State::Fold:
      return append_value(slots->get<Value>(), out);
    case State::OneBy:
      append_value(slots[0].get<Value>(), out);
      return append_value(slots[1].get<Value>(), out);
    case State::List:
      return append_held(slots->held<ValueList>(), {}, out);
    case State::Set:
      return append_held(slots->held<ValueSet>(), {}, out);
    case State::Top:
      return append_held(slots->held<TopValues>(), empty_top(call), out);
    case State::Distinct:
      return append_held(slots->held<DistinctCount>(), {}, out);
    case State::Buckets:
      return append_buckets(call, *slots, out);
    case State::Digest:
      return append_held(slots->held<TDigest>(), {}, out);
  }
}

bool read_state(const Aggregate& call, std::string_view& bytes, Slot* slots) {
  switch (call.state) {
    case State::Count: {
      uint64_t n = 0;
      if (!read_count(bytes, n)) return false;
      slots->set(n);
      return true;
    }
    case State::Exact:
      return read_exact(call, bytes, *slots);
    case State::Float:
      return read_float(bytes, *slots);
    case State::Mixed:
      return read_exact(call, bytes, slots[0]) && read_float(bytes, slots[1]);
    case State::Moments:
      return read_moments(bytes, slots);
    case State::One:
      return read_one(call, call.argument, bytes, *slots);
    case State::OneBy:
      return read_one_by(call, bytes, slots);
    case State::List:
      return read_values(call, bytes, ValueList(), *slots);
    case State::Set:
      return read_values(call, bytes, ValueSet(), *slots);
    case State::Top:
      return read_values(call, bytes, empty_top(call), *slots);
    case State::Distinct:
      return read_sketch<DistinctCount>(bytes, *slots);
    case State::Buckets:
      return read_buckets(call, bytes, *slots);
    case State::Digest:
      return read_sketch<TDigest>(bytes, *slots);
    case State::Fold:
      slots->set(Value());  // it may begin with something else
      return read_one(call, call.argument, bytes, *slots);
  }
  return false;
}

}  // namespace streamworker
