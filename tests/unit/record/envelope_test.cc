#include "record/envelope.h"

#include <limits>
#include <random>

#include "record/decimal.h"
#include "record/row_format.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

Schema all_types() {
  return Schema({{"s", {Type::String}},
                 {"i", {Type::Int}},
                 {"d", {Type::Double}},
                 {"b", {Type::Bool}},
                 {"n", {Type::Decimal, 38, 5}},
                 {"t", {Type::Timestamp}},
                 {"day", {Type::Date}},
                 {"u", {Type::Uuid}},
                 {"bin", {Type::Bytes}},
                 {"j", {Type::Json}},
                 {"any", {Type::Any}}});
}

std::vector<Value> full_row() {
  const unsigned char uuid[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255};
  return {Value::of_string("text of some length, beyond a byte of anything small"),
          Value::of_int(std::numeric_limits<int64_t>::min()),
          Value::of_double(-0.1),
          Value::of_bool(true),
          Value::of_decimal(1 - power_of_ten(38), 5),
          Value::of_timestamp(-1),
          Value::of_date(20'000),
          Value::of_uuid(uuid),
          Value::of_bytes(std::string_view("\0\xFF", 2)),
          Value::of_json("[1]"),
          Value::of_int(std::numeric_limits<int64_t>::max())};
}

std::string written(const Schema& schema, const std::vector<Value>& row, const Meta& meta = {}) {
  std::string bytes;
  Envelope(schema).append(row.data(), meta, bytes);
  return bytes;
}

}  // namespace

TEST_CASE("a row comes out of its envelope as it went in") {
  const Schema schema = all_types();
  Meta meta;
  meta.source_partition = 300;
  meta.deleted = true;
  const std::vector<Value> row = full_row();
  const std::string bytes = written(schema, row, meta);
  std::vector<Value> back(schema.size());
  Meta got;
  REQUIRE(Envelope(schema).read(bytes, back.data(), got));
  CHECK(back == row);
  CHECK(got.source_partition == 300);
  CHECK(got.deleted);

  const std::vector<Value> nulls(schema.size());
  REQUIRE(Envelope(schema).read(written(schema, nulls), back.data(), got));
  CHECK(back == nulls);
  CHECK_FALSE(got.deleted);
}

TEST_CASE("a reader with another schema maps by name") {
  const Schema writer({{"a", {Type::Int}}, {"gone", {Type::String}}, {"c", {Type::String}}});
  const Schema reader({{"c", {Type::String}}, {"fresh", {Type::Int}}, {"a", {Type::Int}}});
  const std::string bytes =
      written(writer, {Value::of_int(1), Value::of_string("x"), Value::of_string("y")});
  Envelope envelope(reader);
  std::vector<Value> row(3, Value::of_int(99));
  Meta meta;
  for (int again = 0; again < 2; ++again) {
    REQUIRE(envelope.read(bytes, row.data(), meta));
    CHECK(row == std::vector<Value>{Value::of_string("y"), Value(), Value::of_int(1)});
  }
}

TEST_CASE("a column of another type is an error, a decimal of another scale is not") {
  const std::string bytes =
      written(Schema({{"a", {Type::Decimal, 10, 1}}}), {Value::of_decimal(15, 1)});
  Value value;
  Meta meta;
  REQUIRE(Envelope(Schema({{"a", {Type::Decimal, 10, 3}}})).read(bytes, &value, meta));
  CHECK(value == Value::of_decimal(1500, 3));
  const auto lost = Envelope(Schema({{"a", {Type::Decimal, 10, 0}}})).read(bytes, &value, meta);
  REQUIRE_FALSE(lost);
  CHECK(lost.error().message == "the column a is not a decimal(10,0)");
  const auto other = Envelope(Schema({{"a", {Type::Int}}})).read(bytes, &value, meta);
  REQUIRE_FALSE(other);
  CHECK(other.error().remedy == Remedy::Skip);
  CHECK(other.error().message == "the column a holds another type than int");
}

TEST_CASE("another version is refused by name") {
  std::string bytes = written(Schema({{"a", {Type::Int}}}), {Value::of_int(1)});
  bytes[0] = 9;
  Value value;
  Meta meta;
  const auto read = Envelope(Schema({{"a", {Type::Int}}})).read(bytes, &value, meta);
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "a row of version 9; this program reads version 1");
}

TEST_CASE("every truncation and every addition is an error") {
  const Schema schema = all_types();
  const std::string bytes = written(schema, full_row());
  Envelope envelope(schema);
  std::vector<Value> row(schema.size());
  Meta meta;
  for (size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<char> exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    REQUIRE_FALSE(envelope.read({exact.data(), size}, row.data(), meta));
  }
  REQUIRE_FALSE(envelope.read(bytes + "x", row.data(), meta));
}

TEST_CASE("mutated bytes are read or refused, within their bounds") {
  const Schema schema = all_types();
  const std::string bytes = written(schema, full_row());
  Envelope envelope(schema);
  std::vector<Value> row(schema.size());
  Meta meta;
  std::mt19937 random(3);
  size_t refused = 0;
  constexpr size_t kRounds = 30'000;
  for (size_t round = 0; round < kRounds; ++round) {
    std::vector<char> mutated(bytes.begin(), bytes.end());
    for (auto changes = 1 + random() % 4; changes > 0; --changes)
      mutated[random() % mutated.size()] = static_cast<char>(random());
    mutated.resize(mutated.size() - random() % 3);
    if (!envelope.read({mutated.data(), mutated.size()}, row.data(), meta)) {
      ++refused;
      continue;
    }
    std::string again;
    for (const Value& value : row) append_value(value, again);
    CHECK_FALSE(again.empty());
  }
  CHECK(refused > kRounds / 2);
  CHECK(refused < kRounds);
}

TEST_CASE("varints hold exactly 64 bits") {
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, ~uint64_t{0}}) {
    std::string bytes;
    append_varint(value, bytes);
    std::string_view rest = bytes;
    uint64_t back = 1;
    REQUIRE(take_varint(rest, back));
    CHECK(back == value);
    CHECK(rest.empty());
  }
  std::string_view beyond = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02";
  uint64_t value = 0;
  CHECK_FALSE(take_varint(beyond, value));
}
