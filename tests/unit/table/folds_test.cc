#include "table/folds.h"

#include "base/clock.h"
#include "record/row_format.h"
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

// One fold on one row.
struct OneFold {
  OneFold(FieldType type, const Value& init) : calls({fold_of("f", type, init)}) {}
  std::string give(const Value& next) {
    auto done = calls.add(row, &next);
    return done ? "" : done.error().message;
  }
  std::string now() { return show(calls.result(row, 0, arena)); }
  void reread() {
    std::string bytes;
    calls.append(row, bytes);
    auto read = calls.read(bytes);
    REQUIRE(read);
    row = std::move(*read);
  }

  Aggregates calls;
  AggregateRow row = calls.make_row();
  Arena arena;
};

}  // namespace

TEST_CASE("a fold begins with its init, and is what it was given last") {
  OneFold fold(kInt, i(7));
  CHECK(fold.now() == "7");
  CHECK(fold.give(i(8)).empty());
  CHECK(fold.give(Value()).empty());
  CHECK(fold.now() == "null");
  fold.reread();  // and does not begin again
  CHECK(fold.now() == "null");
  CHECK(fold.give(s("x")) == "f: a value is no int");
  CHECK(fold.now() == "null");
}

TEST_CASE("a fold keeps texts up to their limit") {
  OneFold fold(kString, s("begin"));
  CHECK(fold.now() == show(s("begin")));
  CHECK(fold.give(s(std::string(kMostText, 'x'))).empty());
  CHECK(fold.give(s(std::string(kMostText + 1, 'x'))) == "f: more than 262144 bytes of text");
  fold.reread();
  CHECK(fold.now() == show(s(std::string(kMostText, 'x'))));
}

TEST_CASE("a window that is put together from one row is that row") {
  OneFold fold(kInt, i(7));
  OneFold other(kInt, i(7));
  CHECK(other.give(Value()).empty());
  CHECK(fold.calls.merge(fold.row, other.row));
  CHECK(fold.now() == "null");
  CHECK_FALSE(fold.calls[0].merges());
  CHECK_FALSE(fold.calls[0].takes_back());
}

TEST_CASE("all folds see the row before the record") {
  const SystemClock clock;
  sql::Engine engine(clock);
  const Aggregates calls({fold_of("a", {}, i(1)), fold_of("b", {}, i(2))});
  const Schema values({{"id", kString}, {"#0", {}, true}, {"#1", {}, true}});
  const FoldShape shape{Schema({{"n", kInt}}),
                        {{"a", "\"#0\"", {}}, {"b", "\"#1\"", {}}},
                        {{"a", "b + n", {}}, {"b", "id || a", {}}}};
  Folds folds(engine, calls, shape, values, 1);
  const AggregateRow row = calls.make_row();
  const Value key = s("k");
  const Value n = i(10);
  Arena arena;
  Value made[2];
  REQUIRE(folds.run({&key, {}}, row, {&n, Meta()}, arena, made));
  CHECK(show(made[0]) == "12");
  CHECK(made[1].as_view() == "k1");
}
