// Bytes may be of a damaged disk: whatever they are, reading and going on is defined.
#include <random>

#include "record/decimal.h"
#include "record/row_format.h"
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

// Calls of all states, and what `args` of a record are made of.
std::vector<Aggregate> all_calls() {
  std::vector<Aggregate> calls;
  const auto add = [&](const char* name, std::vector<AggregateArgument> arguments) {
    calls.push_back(compiled(call_of(name, std::move(arguments))));
  };
  add("count", {});
  for (const FieldType type : {kInt, decimal(10, 2), kDouble, kAny}) {
    add("sum", {{type}});
    add("avg", {{type}});
    add("variance", {{type}});
    add("max", {{type}});
    add("collect_set", {{type}});
    add("topk", {{type}, constant(i(3))});
  }
  add("last", {{kString}});
  add("min_by", {{kString}, {kDouble}});
  add("collect_list", {{kString}});
  add("count_distinct", {{kString}});
  add("histogram", {{kInt}, constant(i(10)), constant(i(20))});
  add("percentile", {{kDouble}, constant(d(0.5))});
  return calls;
}

Value random_value(FieldType type, std::mt19937_64& random, std::string& text) {
  const auto n = static_cast<int64_t>(random() % 100);
  if (n < 10) return {};
  switch (type.type) {
    case Type::Int:
      return i(n);
    case Type::Double:
      return d(static_cast<double>(n) / 8);
    case Type::Decimal:
      return Value::of_decimal(n, 2);
    case Type::Any:
      return n < 50 ? i(n) : d(static_cast<double>(n) / 8);
    default:
      text = "text " + std::to_string(n);
      return s(text);
  }
}

// Of one record, for these calls.
struct Args {
  Args(const Aggregates& calls, std::mt19937_64& random) : texts(calls.width()) {
    for (size_t call = 0; call < calls.size(); ++call) {
      if (calls[call].values > 0)
        values.push_back(random_value(calls[call].argument, random, texts[values.size()]));
      if (calls[call].values > 1)
        values.push_back(random_value(calls[call].by, random, texts[values.size()]));
    }
  }
  std::vector<std::string> texts;
  std::vector<Value> values;
};

// A row of these calls that took `records` records.
AggregateRow filled(Aggregates& calls, int records, uint64_t seed) {
  std::mt19937_64 random(seed);
  AggregateRow row = calls.make_row();
  for (int n = 0; n < records; ++n) {
    const Args args(calls, random);
    const auto added = calls.add(row, args.values.data());
    if (!added) FAIL(added.error().message);
  }
  return row;
}

std::string bytes_of(const Aggregates& calls, const AggregateRow& row) {
  std::string bytes;
  calls.append(row, bytes);
  return bytes;
}

// Reads what may be damaged; goes on with it in every way when it is a state.
void go_on(Aggregates& calls, std::string_view bytes, const AggregateRow& other) {
  auto row = calls.read(bytes);
  if (!row) {
    CHECK(row.error().remedy == Remedy::Stop);
    return;
  }
  Arena arena;
  const auto results = [&] {
    for (size_t call = 0; call < calls.size(); ++call) calls.result(*row, call, arena);
  };
  results();
  CHECK(calls.bytes(*row) > 0);
  REQUIRE(calls.read(bytes_of(calls, *row)).has_value());
  bool back = true;
  for (size_t call = 0; call < calls.size(); ++call) back = back && calls[call].takes_back();
  std::mt19937_64 random(bytes.size());
  for (int n = 0; n < 3; ++n) {
    const Args args(calls, random);
    const bool added = calls.add(*row, args.values.data()).has_value();
    results();
    if (back && added) CHECK(calls.take_back(*row, args.values.data()).has_value());
    if (!calls.merge(*row, other)) continue;
    results();
  }
}

}  // namespace

TEST_CASE("states read back as they were, after each record") {
  Aggregates calls(all_calls());
  for (int records = 0; records < 60; ++records) {
    const AggregateRow row = filled(calls, records, 7);
    const std::string bytes = bytes_of(calls, row);
    const auto read = calls.read(bytes);
    if (!read) FAIL(read.error().message);
    REQUIRE(bytes_of(calls, *read) == bytes);
    Arena arena;
    for (size_t call = 0; call < calls.size(); ++call)
      REQUIRE(show(calls.result(*read, call, arena)) == show(calls.result(row, call, arena)));
  }
}

TEST_CASE("a row that goes on from its bytes stays the same as one that never stopped") {
  for (const Aggregate& call : all_calls()) {
    if (call.values != 1 || call.argument.type != Type::Double) continue;
    Aggregates calls({call});
    std::mt19937_64 random(3);
    AggregateRow kept = calls.make_row();
    AggregateRow stopped = calls.make_row();
    for (int n = 0; n < 3000; ++n) {
      const Value x = d(static_cast<double>(random() % 4000));
      if (!calls.add(kept, &x) || !calls.add(stopped, &x)) FAIL("refused");
      if (n % 100 == 0) stopped = std::move(*calls.read(bytes_of(calls, stopped)));
    }
    CHECK(bytes_of(calls, kept) == bytes_of(calls, stopped));
  }
}

TEST_CASE("every truncation is an error") {
  Aggregates calls(all_calls());
  for (const int records : {0, 1, 30}) {
    const std::string bytes = bytes_of(calls, filled(calls, records, 1));
    for (size_t size = 0; size < bytes.size(); ++size)
      REQUIRE_FALSE(calls.read(std::string_view(bytes).substr(0, size)).has_value());
    REQUIRE_FALSE(calls.read(bytes + '\0').has_value());
  }
  CHECK(calls.read("").error().message == "the state of a row is damaged: it is empty");
  CHECK(calls.read("\x02").error().message ==
        "the state of a row has version 2, which this program does not know");
  CHECK(calls.read("\x01").error().message == "the state of count(x) is damaged");
}

TEST_CASE("every damaged byte is an error or a state") {
  std::mt19937_64 random(5);
  for (const Aggregate& call : all_calls()) {
    Aggregates calls({call});
    const AggregateRow other = filled(calls, 5, 2);
    for (const int records : {1, 40}) {
      const std::string bytes = bytes_of(calls, filled(calls, records, 1));
      for (size_t at = 0; at < bytes.size(); ++at) {
        for (int flip = 1; flip < 256; flip = flip * 2 + (flip == 128 ? 1 : 0)) {
          std::string damaged = bytes;
          damaged[at] = static_cast<char>(damaged[at] ^ flip);
          go_on(calls, damaged, other);
        }
        std::string damaged = bytes;
        for (int n = 0; n < 3; ++n)
          damaged[random() % damaged.size()] = static_cast<char>(random());
        go_on(calls, damaged, other);
      }
    }
  }
}

TEST_CASE("sketches read back, and damaged ones do no harm") {
  std::mt19937_64 random(6);
  for (const char* name : {"count_distinct", "percentile"}) {
    std::vector<AggregateArgument> arguments{{kDouble}};
    if (std::string_view(name) == "percentile") arguments.push_back(constant(d(0.9)));
    OneCall call(name, arguments);
    for (int n = 0; n < 5000; ++n) call.with({d(static_cast<double>(random() % 100'000))});
    const std::string before = call.result();
    call.reread();
    CHECK(call.result() == before);
    OneCall other(name, arguments);
    other.with({d(1), d(2)});
    const std::string bytes = call.bytes();
    for (int n = 0; n < 3000; ++n) {
      std::string damaged = bytes;
      damaged[random() % damaged.size()] = static_cast<char>(random());
      go_on(call.calls, damaged, other.row);
    }
    for (size_t size = 0; size < bytes.size(); size += 7)
      REQUIRE_FALSE(call.calls.read(std::string_view(bytes).substr(0, size)).has_value());
  }
}

TEST_CASE("bytes that say what cannot be are no state") {
  const auto read = [](const AggregateCall& call, std::string_view state) {
    Aggregates calls({compiled(call)});
    return calls.read("\x01" + std::string(state)).has_value();
  };
  const AggregateCall avg = call_of("avg", {{decimal(10, 2)}});
  CHECK(read(avg, std::string_view("\x01\x05\x00\x02", 4)));
  CHECK_FALSE(read(avg, std::string_view("\x00\x05\x00\x02", 4)));  // a sum of nothing
  // An average with more digits than its type has room for.
  std::string large = "\x01";
  append_value(Value::of_decimal(power_of_ten(38) - 1, 0), large);
  CHECK_FALSE(read(call_of("avg", {{decimal(34, 0)}}), large));
  CHECK(read(call_of("avg", {{decimal(38, 0)}}), large));
  CHECK_FALSE(read(call_of("sum", {{kInt}}), large));
}
