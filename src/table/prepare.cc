#include <cmath>

#include "record/decimal.h"
#include "table/accumulator.h"

namespace streamworker {
namespace {

using Kind = Value::Kind;
using State = AggregateState;

Kind kind_of(Type type) {
  switch (type) {
    case Type::Int:
      return Kind::Int;
    case Type::Double:
      return Kind::Double;
    case Type::Bool:
      return Kind::Bool;
    case Type::Decimal:
      return Kind::Decimal;
    case Type::Timestamp:
      return Kind::Timestamp;
    case Type::Date:
      return Kind::Date;
    case Type::Uuid:
      return Kind::Uuid;
    case Type::Bytes:
      return Kind::Bytes;
    case Type::Json:
      return Kind::Json;
    default:
      return Kind::String;
  }
}

bool is_whole(Kind kind) { return kind == Kind::Int || kind == Kind::Bool; }

// The number as a double. Kind: it is none.
Refusal to_double(const Value& value, Value& out) {
  if (is_whole(value.kind())) {
    out = Value::of_double(static_cast<double>(value.as_int()));
  } else if (value.kind() == Kind::Decimal) {
    out = Value::of_double(decimal_to_double(value.as_unscaled(), value.scale()));
  } else if (value.kind() == Kind::Double) {
    if (!std::isfinite(value.as_double())) return Refusal::NotFinite;
    out = value;
  } else {
    return Refusal::Kind;
  }
  return Refusal::None;
}

Refusal to_decimal(const Value& value, FieldType type, Rounding rounding, Value& out) {
  std::optional<Int128> unscaled;
  if (is_whole(value.kind())) {
    unscaled = rescale_decimal(value.as_int(), 0, type, rounding);
  } else if (value.kind() == Kind::Decimal) {
    unscaled = rescale_decimal(value.as_unscaled(), value.scale(), type, rounding);
  } else if (value.kind() == Kind::Double) {
    if (!std::isfinite(value.as_double())) return Refusal::NotFinite;
    unscaled = decimal_from_double(value.as_double(), type);
  } else {
    return Refusal::Kind;
  }
  if (!unscaled) return Refusal::Precision;
  out = Value::of_decimal(*unscaled, type.scale);
  return Refusal::None;
}

// Of an expression without a type: as it comes.
Refusal keep_any(const Aggregate& call, const Value& value, Value& out) {
  if (value.kind() == Kind::Double && !std::isfinite(value.as_double())) return Refusal::NotFinite;
  const bool ordered = call.function == AggregateFunction::Min ||
                       call.function == AggregateFunction::Max || call.state == State::Top;
  if (ordered && value.kind() == Kind::Json) return Refusal::Kind;
  out = value;
  return Refusal::None;
}

// An int, when it is whole; a double else.
Refusal to_mixed(const Value& value, Value& out) {
  if (!is_whole(value.kind())) return to_double(value, out);
  out = Value::of_int(value.as_int());
  return Refusal::None;
}

void set_unit(const Aggregate& call, const Value& x, Slot (&unit)[2]) {
  const auto exact = [&](Int128 sum, uint64_t n) {
    unit[0].set(sum);
    unit[0].set(n, sizeof sum);
  };
  switch (call.state) {
    case State::Count:
      return unit[0].set(uint64_t{1});
    case State::Exact:
      return exact(x.kind() == Kind::Decimal ? x.as_unscaled() : x.as_int(), 1);
    case State::Float:
      return unit[0].set(FloatSum::of(x.as_double()));
    case State::Mixed: {
      const bool whole = x.kind() == Kind::Int;
      exact(whole ? x.as_int() : 0, whole ? 1 : 0);
      return unit[1].set(whole ? FloatSum() : FloatSum::of(x.as_double()));
    }
    case State::Moments:
      unit[0].set(FloatSum::of(x.as_double()));
      return unit[1].set(FloatSum::of_square(x.as_double()));
    default:
      return;
  }
}

bool passes(const Value& filter) {
  switch (filter.kind()) {
    case Kind::Int:
    case Kind::Bool:
      return filter.as_int() != 0;
    case Kind::Double:
      return filter.as_double() != 0;
    case Kind::Decimal:
      return filter.as_unscaled() != 0;
    default:
      return false;
  }
}

}  // namespace

Refusal prepare_value(const Aggregate& call, FieldType type, const Value& value, Value& out) {
  if (type.type == Type::Int && value.kind() == Kind::Int) {
    out = value;
    return Refusal::None;
  }
  switch (type.type) {
    case Type::Any:
      return keep_any(call, value, out);
    case Type::Decimal:
      return to_decimal(value, type, call.rounds ? Rounding::Round : Rounding::Exact, out);
    case Type::Double:
      return to_double(value, out);
    default:
      out = value;
      return value.kind() == kind_of(type.type) ? Refusal::None : Refusal::Kind;
  }
}

Refusal prepare(const Aggregate& call, const Value* args, Prepared& out) {
  if (call.state == State::Fold) {
    out.present = true;
    out.x = {};
    return args->is_null() ? Refusal::None : prepare_value(call, call.argument, *args, out.x);
  }
  out.present = !call.filtered || passes(*args++);
  for (size_t i = 0; out.present && i < call.values; ++i) out.present = !args[i].is_null();
  if (!out.present) return Refusal::None;
  Refusal refusal = Refusal::None;
  switch (call.state) {
    case State::Count:
      break;
    case State::Mixed:
      refusal = to_mixed(*args, out.x);
      break;
    case State::Moments:
    case State::Buckets:
    case State::Digest:
      refusal = to_double(*args, out.x);
      break;
    case State::OneBy:
      refusal = prepare_value(call, call.by, args[1], out.y);
      [[fallthrough]];
    default:
      if (refusal == Refusal::None) refusal = prepare_value(call, call.argument, *args, out.x);
  }
  if (refusal == Refusal::None) set_unit(call, out.x, out.unit);
  return refusal;
}

}  // namespace streamworker
