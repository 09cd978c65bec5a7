#include "table/aggregate_call.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "record/decimal.h"
#include "record/row_format.h"

namespace streamworker {
namespace {

using Function = AggregateFunction;
using State = AggregateState;

constexpr size_t kMostK = 1000;
constexpr size_t kMostBounds = 100;

enum class Takes : uint8_t { Anything, Ordered, Number };

struct Signature {
  std::string_view name;
  Function function;
  Takes takes;
  size_t least;  // arguments
  size_t most;
};

constexpr std::array kSignatures{
    Signature{"count", Function::Count, Takes::Anything, 0, 1},
    Signature{"sum", Function::Sum, Takes::Number, 1, 1},
    Signature{"avg", Function::Avg, Takes::Number, 1, 1},
    Signature{"stddev", Function::Stddev, Takes::Number, 1, 1},
    Signature{"variance", Function::Variance, Takes::Number, 1, 1},
    Signature{"min", Function::Min, Takes::Ordered, 1, 1},
    Signature{"max", Function::Max, Takes::Ordered, 1, 1},
    Signature{"first", Function::First, Takes::Anything, 1, 1},
    Signature{"last", Function::Last, Takes::Anything, 1, 1},
    Signature{"min_by", Function::MinBy, Takes::Anything, 2, 2},
    Signature{"max_by", Function::MaxBy, Takes::Anything, 2, 2},
    Signature{"collect_list", Function::CollectList, Takes::Anything, 1, 1},
    Signature{"collect_set", Function::CollectSet, Takes::Anything, 1, 1},
    Signature{"count_distinct", Function::CountDistinct, Takes::Anything, 1, 1},
    Signature{"topk", Function::TopK, Takes::Ordered, 2, 2},
    Signature{"topk_distinct", Function::TopKDistinct, Takes::Ordered, 2, 2},
    Signature{"histogram", Function::Histogram, Takes::Number, 2, kMostBounds + 1},
    Signature{"percentile", Function::Percentile, Takes::Number, 2, 2},
};

const Signature* find(std::string_view name) {
  const auto* const at = std::find_if(kSignatures.begin(), kSignatures.end(),
                                      [&](const Signature& s) { return s.name == name; });
  return at == kSignatures.end() ? nullptr : at;
}

bool is_number(Type type) {
  return type == Type::Any || type == Type::Int || type == Type::Bool || type == Type::Double ||
         type == Type::Decimal;
}

std::string misfit(Takes takes, FieldType type) {
  if (takes == Takes::Number && !is_number(type.type))
    return "takes numbers, not " + to_string(type);
  if (takes == Takes::Ordered && type.type == Type::Json) return "json has no order";
  return {};
}

std::string wrong_count(const Signature& s, size_t given) {
  std::string text = "takes ";
  if (s.most == kMostBounds + 1) {
    text += "a number and 1 to " + std::to_string(kMostBounds) + " bounds";
  } else if (s.least != s.most) {
    text += "* or 1 argument";
  } else {
    text += std::to_string(s.least) + (s.least == 1 ? " argument" : " arguments");
  }
  return text + ", not " + std::to_string(given);
}

bool keeps_argument(Function function) {
  return function == Function::Sum || function == Function::Avg ||
         (function >= Function::Min && function <= Function::MaxBy);
}

std::optional<double> constant_number(const AggregateArgument& argument) {
  if (!argument.constant) return std::nullopt;
  const Value& value = *argument.constant;
  if (value.kind() == Value::Kind::Int) return static_cast<double>(value.as_int());
  if (value.kind() == Value::Kind::Decimal)
    return decimal_to_double(value.as_unscaled(), value.scale());
  if (value.kind() == Value::Kind::Double && std::isfinite(value.as_double()))
    return value.as_double();
  return std::nullopt;
}

std::string set_k(const AggregateCall& call, Aggregate& made) {
  const auto& k = call.arguments[1].constant;
  if (!k || k->kind() != Value::Kind::Int || k->as_int() < 1 ||
      k->as_int() > static_cast<int64_t>(kMostK))
    return "its second argument, how many are kept, is a constant from 1 to " +
           std::to_string(kMostK);
  made.k = static_cast<size_t>(k->as_int());
  return {};
}

std::string set_q(const AggregateCall& call, Aggregate& made) {
  const auto q = constant_number(call.arguments[1]);
  if (!q || *q < 0 || *q > 1) return "its second argument is a constant from 0 to 1";
  made.q = *q;
  return {};
}

std::string set_bounds(const AggregateCall& call, Aggregate& made) {
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    const auto bound = constant_number(call.arguments[i]);
    if (!bound) return "its bounds are constant numbers";
    if (i > 1 && *bound <= made.bounds.back()) return "its bounds must ascend";
    made.bounds.push_back(*bound);
  }
  return {};
}

// What stands behind the first argument.
std::string set_others(const AggregateCall& call, Aggregate& made) {
  switch (made.function) {
    case Function::TopK:
    case Function::TopKDistinct:
      return set_k(call, made);
    case Function::Percentile:
      return set_q(call, made);
    case Function::Histogram:
      return set_bounds(call, made);
    case Function::MinBy:
    case Function::MaxBy:
      made.by = call.arguments[1].type;
      return misfit(Takes::Ordered, made.by);
    default:
      return {};
  }
}

State sum_state(Type type) {
  if (type == Type::Any) return State::Mixed;
  return type == Type::Double ? State::Float : State::Exact;
}

State state_of(Function function, Type type) {
  switch (function) {
    case Function::Count:
      return State::Count;
    case Function::Sum:
    case Function::Avg:
      return sum_state(type);
    case Function::Stddev:
    case Function::Variance:
      return State::Moments;
    case Function::Min:
    case Function::Max:
    case Function::First:
    case Function::Last:
      return State::One;
    case Function::MinBy:
    case Function::MaxBy:
      return State::OneBy;
    case Function::CollectList:
      return State::List;
    case Function::CollectSet:
      return State::Set;
    case Function::CountDistinct:
      return State::Distinct;
    case Function::TopK:
    case Function::TopKDistinct:
      return State::Top;
    case Function::Histogram:
      return State::Buckets;
    case Function::Percentile:
      return State::Digest;
    case Function::Fold:
      return State::Fold;
  }
  return State::Count;
}

FieldType sum_result(const Aggregate& made) {
  if (made.rounds) return made.argument;
  if (made.argument.type == Type::Decimal) return {Type::Decimal, 38, made.argument.scale};
  if (made.argument.type == Type::Bool) return {Type::Int};
  return made.argument;
}

FieldType avg_result(const Aggregate& made) {
  if (made.argument.type != Type::Decimal) return {Type::Double};
  if (made.rounds) return made.argument;
  const int more = std::min({4, 38 - made.argument.precision, 38 - made.argument.scale});
  return {Type::Decimal, 38, static_cast<uint8_t>(made.argument.scale + more)};
}

FieldType result_of(const Aggregate& made) {
  switch (made.function) {
    case Function::Count:
    case Function::CountDistinct:
      return {Type::Int};
    case Function::Sum:
      return sum_result(made);
    case Function::Avg:
      return avg_result(made);
    case Function::Stddev:
    case Function::Variance:
    case Function::Percentile:
      return {Type::Double};
    case Function::CollectList:
    case Function::CollectSet:
    case Function::TopK:
    case Function::TopKDistinct:
    case Function::Histogram:
      return {Type::Json};
    default:
      return made.argument;
  }
}

// Sums of ints within an int; all others, also the sum of an average, within 38 digits.
void set_range(Aggregate& made) {
  const bool sum = made.function == Function::Sum;
  if (sum && made.result.type != Type::Decimal) {
    made.least = std::numeric_limits<int64_t>::min();
    made.most = std::numeric_limits<int64_t>::max();
    return;
  }
  made.most = power_of_ten(sum ? made.result.precision : 38) - 1;
  made.least = -made.most;
}

std::string set_argument(const AggregateCall& call, const Signature& signature, Aggregate& made) {
  if (call.arguments.empty()) return {};
  made.argument = call.arguments.front().type;
  if (std::string wrong = misfit(signature.takes, made.argument); !wrong.empty()) return wrong;
  if (!call.as || !keeps_argument(made.function)) return {};
  if (call.as->type != Type::Decimal || !is_number(made.argument.type))
    return to_string(made.argument) + " cannot be rounded to " + to_string(*call.as);
  made.argument = *call.as;
  made.rounds = true;
  return {};
}

}  // namespace

bool Aggregate::takes_back() const {
  return (state >= State::Count && state <= State::Moments) || state == State::List ||
         state == State::Set || state == State::Buckets;
}

bool Aggregate::merges() const {
  return state != State::Fold && function != Function::First && function != Function::Last &&
         function != Function::CollectList;
}

bool is_aggregate(std::string_view function) { return find(function) != nullptr; }

bool accumulates_as(std::string_view function) {
  const Signature* const signature = find(function);
  return signature != nullptr && keeps_argument(signature->function);
}

Result<Aggregate> compile(const AggregateCall& call) {
  const Signature* signature = find(call.function);
  if (signature == nullptr) return stop("there is no aggregate " + call.function);
  const size_t given = call.arguments.size();
  if (given < signature->least || given > signature->most)
    return stop(wrong_count(*signature, given));
  Aggregate made;
  made.text = call.text;
  made.function = signature->function;
  made.filtered = call.filtered;
  if (std::string wrong = set_argument(call, *signature, made); !wrong.empty()) return stop(wrong);
  if (std::string wrong = set_others(call, made); !wrong.empty()) return stop(wrong);
  const bool by = made.function == Function::MinBy || made.function == Function::MaxBy;
  made.values = static_cast<uint8_t>(by ? 2 : std::min<size_t>(given, 1));
  made.state = state_of(made.function, made.argument.type);
  made.result = result_of(made);
  set_range(made);
  return made;
}

Aggregate fold_of(const std::string& name, FieldType type, const Value& init) {
  Aggregate made;
  made.text = name;
  made.function = Function::Fold;
  made.state = State::Fold;
  made.argument = made.result = type;
  made.values = 1;
  append_value(init, made.init);
  return made;
}

}  // namespace streamworker
