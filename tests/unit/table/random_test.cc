// Random records against what a naive fold over all of them says.
#include <algorithm>
#include <random>

#include "table/value_order.h"
#include "unit/catch.h"
#include "unit/table/naive_fold.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

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
