// Random records against what a naive fold over all of them says.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <random>

#include "record/decimal.h"
#include "table/value_order.h"
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

struct Record {
  Value x;
  Value y;
};
using Records = std::vector<Record>;

const std::vector<std::string> kTexts{"",
                                      "a",
                                      "b",
                                      "ab",
                                      "a text that is longer than a few bytes",
                                      "another one that needs an allocation of its own",
                                      "ö"};

Value random_value(FieldType type, std::mt19937_64& random) {
  if (random() % 8 == 0) return {};
  const auto n = static_cast<int64_t>(random() % 41) - 20;
  switch (type.type) {
    case Type::Int:
      return i(n);
    case Type::Bool:
      return Value::of_bool(n > 0);
    case Type::Double:
      return d(static_cast<double>(n) * (random() % 4 == 0 ? 1e9 : 0.1));
    case Type::Decimal:
      return Value::of_decimal(n * 1001, type.scale);
    case Type::Timestamp:
      return Value::of_timestamp(n * 1'000'000);
    case Type::Date:
      return Value::of_date(n);
    case Type::Uuid: {
      const unsigned char bytes[16] = {static_cast<unsigned char>(n + 20)};
      return Value::of_uuid(bytes);
    }
    case Type::Bytes:
      return Value::of_bytes(kTexts[random() % kTexts.size()]);
    case Type::Json:
      return n > 0 ? Value::of_json("{}") : Value::of_json("[1]");
    case Type::Any:
      return n > 0 ? i(n) : d(static_cast<double>(n) / 4);
    default:
      return s(kTexts[random() % kTexts.size()]);
  }
}

double number(const Value& value) {
  if (value.kind() == Value::Kind::Double) return value.as_double();
  if (value.kind() == Value::Kind::Decimal)
    return decimal_to_double(value.as_unscaled(), value.scale());
  return static_cast<double>(value.as_int());
}

// --- the fold -------------------------------------------------------------------------------

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

// --- all functions and types ----------------------------------------------------------------

std::vector<FieldType> types() {
  return {{},           {Type::String}, {Type::Int},       {Type::Double},
          {Type::Bool}, decimal(12, 2), {Type::Timestamp}, {Type::Date},
          {Type::Uuid}, {Type::Bytes},  {Type::Json}};
}

std::vector<std::string> functions() {
  return {"count",       "sum",   "avg",           "stddev",         "variance", "min",
          "max",         "first", "last",          "min_by",         "max_by",   "collect_list",
          "collect_set", "topk",  "topk_distinct", "count_distinct", "histogram"};
}

AggregateCall call_for(const std::string& function, FieldType type) {
  std::vector<AggregateArgument> arguments{{type}};
  if (function.starts_with("topk")) arguments.push_back(constant(i(3)));
  if (function.ends_with("_by")) arguments.push_back({FieldType{Type::Int}});
  if (function == "histogram") {
    arguments.push_back(constant(i(0)));
    arguments.push_back(constant(i(5)));
  }
  return call_of(function, arguments);
}

// Calls it with each function of each type that it takes.
template <class F>
void for_all(F&& f) {
  size_t pairs = 0;
  for (const std::string& function : functions()) {
    for (const FieldType type : types()) {
      const AggregateCall call = call_for(function, type);
      if (!compile(call)) continue;
      ++pairs;
      for (uint64_t seed = 1; seed <= 8; ++seed) {
        std::mt19937_64 random(seed);
        f(call, random);
      }
    }
  }
  CHECK(pairs == 153);
}

Record random_record(const AggregateCall& call, std::mt19937_64& random) {
  return {random_value(call.arguments[0].type, random), random_value({Type::Int}, random)};
}

bool counts(const AggregateCall& call, const Record& record) {
  return !record.x.is_null() && !(call.function.ends_with("_by") && record.y.is_null());
}

}  // namespace

TEST_CASE("random records add up to what a fold says, also through bytes") {
  for_all([](const AggregateCall& call, std::mt19937_64& random) {
    OneCall one(call);
    Records records;
    const auto n = random() % 60;
    for (uint64_t k = 0; k < n; ++k) {
      const Record record = random_record(call, random);
      REQUIRE(one.add({record.x, record.y}).empty());
      if (counts(call, record)) records.push_back(record);
      if (random() % 4 == 0) one.reread();
    }
    check_result(call.function, call.arguments[0].type, records, one);
  });
}

TEST_CASE("what is taken back was never there") {
  for_all([](const AggregateCall& call, std::mt19937_64& random) {
    if (!compiled(call).takes_back()) return;
    OneCall one(call);
    Records records;
    for (int k = 0; k < 200; ++k) {
      if (!records.empty() && random() % 100 < (k < 100 ? 30U : 70U)) {
        // Of equal ones the first goes, as in a list.
        auto at = records.begin() + static_cast<ptrdiff_t>(random() % records.size());
        at = std::find_if(records.begin(), records.end(),
                          [&](const Record& r) { return compare(r.x, at->x) == 0; });
        REQUIRE(one.take_back({at->x, at->y}).empty());
        records.erase(at);
      } else {
        const Record record = random_record(call, random);
        REQUIRE(one.add({record.x, record.y}).empty());
        if (counts(call, record)) records.push_back(record);
      }
      if (random() % 16 == 0) one.reread();
      if (k % 10 == 0) check_result(call.function, call.arguments[0].type, records, one);
    }
    for (const Record& record : records) REQUIRE(one.take_back({record.x, record.y}).empty());
    if (call.function != "histogram") REQUIRE(one.bytes() == OneCall(call).bytes());
  });
}

TEST_CASE("parts that are merged in order are as the whole") {
  for_all([](const AggregateCall& call, std::mt19937_64& random) {
    OneCall merged(call);
    Records records;
    const auto parts = 1 + random() % 5;
    for (uint64_t part = 0; part < parts; ++part) {
      OneCall one(call);
      const auto n = random() % 20;
      for (uint64_t k = 0; k < n; ++k) {
        const Record record = random_record(call, random);
        REQUIRE(one.add({record.x, record.y}).empty());
        if (counts(call, record)) records.push_back(record);
      }
      REQUIRE(merged.merge(one).empty());
      if (random() % 2 == 0) merged.reread();
    }
    check_result(call.function, call.arguments[0].type, records, merged);
  });
}

TEST_CASE("sums near the edge of their range never wrap") {
  std::mt19937_64 random(11);
  OneCall one("sum", {{FieldType{Type::Int}}});
  Int128 sum = 0;
  for (int k = 0; k < 20'000; ++k) {
    const auto x = static_cast<int64_t>(random() >> (random() % 4));
    const bool fits = sum + x >= INT64_MIN && sum + x <= INT64_MAX;
    const std::string before = one.bytes();
    REQUIRE(one.add({i(x)}).empty() == fits);
    if (fits) sum += x;
    if (!fits) REQUIRE(one.bytes() == before);
    if (k > 0) REQUIRE(one.value().as_int() == static_cast<int64_t>(sum));
  }
}
