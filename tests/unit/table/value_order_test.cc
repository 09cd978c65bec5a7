#include "table/value_order.h"

#include <limits>
#include <random>
#include <set>
#include <vector>

#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

TEST_CASE("values without a type are ordered as in SQLite") {
  const std::vector<Value> ascending{d(-1e300),
                                     i(std::numeric_limits<int64_t>::min()),
                                     d(-0.5),
                                     i(0),
                                     d(0.5),
                                     i(1),
                                     i((int64_t{1} << 53) + 1),
                                     d(0x1p53 + 2),
                                     i(std::numeric_limits<int64_t>::max()),
                                     d(0x1p63),
                                     s(""),
                                     s("1"),
                                     s("a"),
                                     s("a\xff"),
                                     s("b"),
                                     Value::of_bytes(""),
                                     Value::of_bytes("a")};
  for (size_t a = 0; a < ascending.size(); ++a) {
    for (size_t b = 0; b < ascending.size(); ++b) {
      const int order = compare(ascending[a], ascending[b]);
      CHECK((order < 0) == (a < b));
      CHECK((order == 0) == (a == b));
    }
  }
}

TEST_CASE("equal values have equal hashes") {
  CHECK(compare(i(1), d(1)) == 0);
  CHECK(hash_of(i(1)) == hash_of(d(1)));
  CHECK(hash_of(i(1)) == hash_of(Value::of_bool(true)));
  CHECK(compare(d(0), d(-0.0)) == 0);
  CHECK(hash_of(d(0)) == hash_of(d(-0.0)));
  CHECK(hash_of(i(std::numeric_limits<int64_t>::min())) == hash_of(d(-0x1p63)));
  CHECK(hash_of(d(0x1p63)) != hash_of(i(std::numeric_limits<int64_t>::min())));
}

TEST_CASE("different values have different hashes") {
  std::set<uint64_t> hashes;
  for (const char* text : {"", "a", "b", "aa", "12345678", "123456789", "1234567812345678"}) {
    hashes.insert(hash_of(s(text)));
    hashes.insert(hash_of(Value::of_bytes(text)));
  }
  for (int n = 0; n < 100; ++n) {
    hashes.insert(hash_of(i(n)));
    hashes.insert(hash_of(d(n + 0.5)));
    hashes.insert(hash_of(Value::of_decimal(n, 0)));
    hashes.insert(hash_of(Value::of_decimal(n, 2)));
    hashes.insert(hash_of(Value::of_timestamp(n)));
  }
  CHECK(hashes.size() == 14 + 500);
}

// They are stored: a change of the function would break all sketches.
TEST_CASE("hashes stay what they are") {
  CHECK(hash_of(i(0)) == 0xc674f27348316e40ULL);
  CHECK(hash_of(i(42)) == 0x1c7f0c6803ab3881ULL);
  CHECK(hash_of(s("hello, world")) == 0x57a7e63139823712ULL);
}
