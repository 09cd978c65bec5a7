#include "unit/table/naive_fold.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "record/decimal.h"
#include "record/field_text.h"
#include "table/value_order.h"
#include "unit/catch.h"

namespace streamworker {

namespace {

double number(const Value& value) {
  if (value.kind() == Value::Kind::Double) return value.as_double();
  if (value.kind() == Value::Kind::Decimal)
    return decimal_to_double(value.as_unscaled(), value.scale());
  return static_cast<double>(value.as_int());
}

Value naive_extreme(const Records& records, bool by, int sign) {
  std::optional<Record> best;
  for (const Record& record : records) {
    const auto key = [&](const Record& r) { return by ? r.y : r.x; };
    if (!best || compare(key(record), key(*best)) * sign > 0) best = record;
  }
  return best ? best->x : Value();
}

std::string naive_list(std::vector<Value> values, size_t k) {
  std::string text = "[";
  const FieldText json(Field{});
  for (size_t n = 0; n < std::min(k, values.size()); ++n) {
    if (n > 0) text += ',';
    CHECK(json.append_json(values[n], text));
  }
  return text + "]";
}

std::vector<Value> sorted(const Records& records, bool distinct, int sign) {
  std::vector<Value> values;
  for (const Record& record : records) values.push_back(record.x);
  std::stable_sort(values.begin(), values.end(),
                   [&](const Value& a, const Value& b) { return compare(a, b) * sign < 0; });
  if (!distinct) return values;
  values.erase(std::unique(values.begin(), values.end(),
                           [](const Value& a, const Value& b) { return compare(a, b) == 0; }),
               values.end());
  return values;
}

long double naive_sum(const Records& records, long double mean, int power) {
  long double sum = 0;
  for (const Record& record : records) {
    const long double x = number(record.x) - mean;
    sum += power == 1 ? x : x * x;
  }
  return sum;
}

std::string naive_histogram(const Records& records) {
  size_t counts[3] = {};
  for (const Record& record : records) {
    const double x = number(record.x);
    ++counts[x < 0 ? 0 : x < 5 ? 1 : 2];
  }
  return "[" + std::to_string(counts[0]) + "," + std::to_string(counts[1]) + "," +
         std::to_string(counts[2]) + "]";
}

// What is exact as text, of records without nulls; none: a double, see naive_number.
std::optional<std::string> naive_text(const std::string& function, FieldType type,
                                      const Records& records) {
  if (function == "count") return std::to_string(records.size());
  if (function == "count_distinct") return std::to_string(sorted(records, true, 1).size());
  if (function == "collect_set") return naive_list(sorted(records, true, 1), 1000);
  if (function == "topk") return naive_list(sorted(records, false, -1), 3);
  if (function == "topk_distinct") return naive_list(sorted(records, true, -1), 3);
  if (function == "histogram") return naive_histogram(records);
  if (function == "collect_list") {
    std::vector<Value> values;
    for (const Record& record : records) values.push_back(record.x);
    return naive_list(values, values.size());
  }
  if (function == "min") return show(naive_extreme(records, false, -1));
  if (function == "max") return show(naive_extreme(records, false, 1));
  if (function == "min_by") return show(naive_extreme(records, true, -1));
  if (function == "max_by") return show(naive_extreme(records, true, 1));
  if (records.empty()) return "null";
  if (function == "first") return show(records.front().x);
  if (function == "last") return show(records.back().x);
  if (function == "sum" && type.type == Type::Decimal) {
    Int128 sum = 0;
    for (const Record& record : records) sum += record.x.as_unscaled();
    return show(Value::of_decimal(sum, type.scale));
  }
  if ((function == "stddev" || function == "variance") && records.size() < 2) return "null";
  return std::nullopt;
}

double naive_number(const std::string& function, const Records& records) {
  const auto n = static_cast<long double>(records.size());
  const long double sum = naive_sum(records, 0, 1);
  if (function == "sum") return static_cast<double>(sum);
  if (function == "avg") return static_cast<double>(sum / n);
  const long double variance = naive_sum(records, sum / n, 2) / (n - 1);
  return static_cast<double>(function == "variance" ? variance : std::sqrt(variance));
}

// How large the numbers were that rounding errors are relative to.
double size_of(const Records& records) {
  double size = 1;
  for (const Record& record : records) size = std::max(size, std::fabs(number(record.x)));
  return size;
}

}  // namespace

void check_result(const std::string& function, FieldType type, const Records& records,
                  OneCall& call) {
  INFO(function << "(" << to_string(type) << ") of " << records.size());
  const std::string result = call.result();
  if (const auto text = naive_text(function, type, records)) {
    REQUIRE(result == *text);
    return;
  }
  const double expected = naive_number(function, records);
  const double size = size_of(records) * (function == "variance" ? size_of(records) : 1);
  // decimal averages have four more digits
  const double margin = type.type == Type::Decimal && function == "avg" ? 1e-6 : size * 1e-15;
  REQUIRE(number(call.value()) == Approx(expected).epsilon(1e-9).margin(margin));
}

}  // namespace streamworker
