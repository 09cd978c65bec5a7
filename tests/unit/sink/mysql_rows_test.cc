#include "sink/mysql_rows.h"

#include <limits>

#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

class Plain final : public Escaper {
 public:
  void escape(std::string_view text, std::string& out) const override { out += text; }
};

struct Sent {
  Result<void> result;
  std::vector<std::string> statements;
  MysqlRows::Range failed;
};

Sent send(const Table& table, const Batch& batch, const std::vector<Step>& steps, size_t limit) {
  Sent sent;
  MysqlRows rows({"", "t"}, table);
  const MysqlRows::Run run = [&](const std::string& text) {
    sent.statements.push_back(text);
    return Result<void>();
  };
  sent.result = rows.write({table, batch, Plain(), limit, run}, steps);
  sent.failed = rows.failed();
  return sent;
}

constexpr size_t kRoomy = 1 << 20;

std::vector<Step> writes(const Batch& batch) {
  std::vector<Step> steps;
  for (uint32_t row = 0; row < batch.size(); ++row) steps.push_back({Step::Action::Write, row});
  return steps;
}

TEST_CASE("runs of one action are one statement, in their order") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).put("a", "0").put("b", "1", Value::of_int(7)).erase("c").erase("d").put("e", "4");
  const auto sent = send(table, batch,
                         {{Step::Action::Write, 0},
                          {Step::Action::Write, 1},
                          {Step::Action::Delete, 2},
                          {Step::Action::Delete, 3},
                          {Step::Action::Write, 4}},
                         kRoomy);
  REQUIRE(sent.result);
  const std::string tail =
      " ON DUPLICATE KEY UPDATE `text` = VALUES(`text`), `seen` = VALUES(`seen`)";
  const std::string head = "INSERT INTO `t` (`id`, `text`, `seen`) VALUES ";
  CHECK(sent.statements ==
        std::vector<std::string>{head + "('a','0',NULL),('b','1',7)" + tail,
                                 "DELETE FROM `t` WHERE (`id` = 'c') OR (`id` = 'd')",
                                 head + "('e','4',NULL)" + tail});
}

TEST_CASE("deletions name every column of the key") {
  Table table = small_table();
  table.key = {0, 2};
  Batch batch(table.columns);
  Filler(batch).row({Value::of_string("a"), {}, Value::of_int(1)}, true);
  const auto sent = send(table, batch, {{Step::Action::Delete, 0}}, kRoomy);
  CHECK(sent.statements ==
        std::vector<std::string>{"DELETE FROM `t` WHERE (`id` = 'a' AND `seen` = 1)"});
}

TEST_CASE("no statement is over the limit, and no row is lost") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler fill(batch);
  for (int i = 0; i < 500; ++i)
    fill.put(std::to_string(i), std::string(static_cast<size_t>(i), 'x'));
  const auto sent = send(table, batch, writes(batch), 4096);
  REQUIRE(sent.result);
  size_t rows = 0;
  for (const std::string& statement : sent.statements) {
    CHECK(statement.size() <= 4096);
    for (size_t at = statement.find(",NULL)"); at != std::string::npos;
         at = statement.find(",NULL)", at + 1))
      ++rows;
  }
  CHECK(rows == 500);
  CHECK(sent.statements.size() > 30);
}

TEST_CASE("a row over the limit goes alone, one over the server's maximum is at fault") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler fill(batch);
  fill.put("a", "0").put("b", std::string(6000, 'x')).put("c", "2");
  CHECK(send(table, batch, writes(batch), 4096).statements.size() == 3);
  fill.put("big", std::string(9000, 'x'));
  const auto sent = send(table, batch, writes(batch), 4096);
  REQUIRE_FALSE(sent.result);
  CHECK(sent.result.error().remedy == Remedy::Skip);
  CHECK((sent.failed.first == 3 && sent.failed.count == 1));
  CHECK(sent.statements.size() == 3);
  CHECK(sent.result.error().message.find("max_allowed_packet") != std::string::npos);
}

TEST_CASE("a number that is not finite is at fault, with its column") {
  Table table = small_table();
  table.columns = Schema({{"id", {Type::String}}, {"x", {Type::Double}}});
  Batch batch(table.columns);
  Filler(batch).row(
      {Value::of_string("a"), Value::of_double(std::numeric_limits<double>::infinity())});
  const auto sent = send(table, batch, writes(batch), kRoomy);
  REQUIRE_FALSE(sent.result);
  CHECK(sent.result.error().message == "column \"x\" is not a finite number");
}

TEST_CASE("after an error it is known which steps were written, failed, and not tried") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler fill(batch);
  for (int i = 0; i < 10; ++i) fill.put(std::to_string(i), std::string(300, 'x'));
  fill.erase("a").erase("b").put("z", "");
  std::vector<Step> steps = writes(batch);
  steps[10].action = steps[11].action = Step::Action::Delete;
  for (const size_t fails : {0U, 1U, 2U, 3U}) {
    MysqlRows rows({"", "t"}, table);
    size_t statement = 0;
    const MysqlRows::Run run = [&](const std::string&) -> Result<void> {
      if (statement++ == fails) return skip("1406: too long");
      return {};
    };
    const auto done = rows.write({table, batch, Plain(), 2800, run}, steps);
    REQUIRE_FALSE(done);
    CHECK(done.error().message == "1406: too long");
    const std::vector<MysqlRows::Range> ranges = {{0, 5}, {5, 5}, {10, 2}, {12, 1}};
    CHECK(
        (rows.failed().first == ranges[fails].first && rows.failed().count == ranges[fails].count));
  }
}

// The same with arrays: texts, and the ids of rows that went as arrays.
Sent send_arrays(const Table& table, const Batch& batch, const std::vector<Step>& steps,
                 size_t limit, size_t fails = SIZE_MAX) {
  Sent sent;
  MysqlRows rows({"", "t"}, table);
  const auto outcome = [&]() -> Result<void> {
    if (sent.statements.size() > fails) return skip("1406: too long");
    return {};
  };
  const MysqlRows::Run run = [&](const std::string& text) {
    sent.statements.push_back(text);
    return outcome();
  };
  const MysqlRows::RunArrays run_arrays = [&](const MysqlColumns& columns) {
    CHECK(columns.bytes() < limit);
    std::string ids;
    for (size_t row = 0; row < columns.rows(); ++row) {
      const MysqlColumn& id = columns.columns()[0];
      ids += std::string(id.texts[row], id.sizes[row]) + ' ';
    }
    sent.statements.push_back(ids);
    return outcome();
  };
  sent.result = rows.write({table, batch, Plain(), limit, run, &run_arrays}, steps);
  sent.failed = rows.failed();
  return sent;
}

TEST_CASE("arrays: the statement has placeholders, and deletions are text") {
  const Table table = small_table();
  CHECK(MysqlRows({"", "t"}, table).array_statement() ==
        "INSERT INTO `t` (`id`, `text`, `seen`) VALUES (?,?,?) ON DUPLICATE KEY UPDATE `text` = "
        "VALUES(`text`), `seen` = VALUES(`seen`)");
  CHECK(MysqlRows({"", "t"}, small_table(false)).array_statement() ==
        "INSERT INTO `t` (`id`, `text`, `seen`) VALUES (?,?,?)");
  Batch batch(table.columns);
  Filler(batch).put("a", "0").put("b", "1").erase("c").put("d", "3");
  std::vector<Step> steps = writes(batch);
  steps[2].action = Step::Action::Delete;
  const auto sent = send_arrays(table, batch, steps, kRoomy);
  REQUIRE(sent.result);
  CHECK(sent.statements ==
        std::vector<std::string>{"a b ", "DELETE FROM `t` WHERE (`id` = 'c')", "d "});
}

TEST_CASE("arrays: a value of another type begins new ones") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch)
      .put("a", "", Value::of_int(1))
      .put("b", "")
      .put("c", "", Value::of_double(1))
      .put("d", "", Value::of_string("1"))
      .put("e", "");
  CHECK(send_arrays(table, batch, writes(batch), kRoomy).statements ==
        std::vector<std::string>{"a b ", "c ", "d e "});
}

TEST_CASE("arrays: no statement is over the limit, a row over the server's maximum is at fault") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler fill(batch);
  for (int i = 0; i < 9; ++i) fill.put(std::to_string(i), std::string(700, 'x'));
  CHECK(send_arrays(table, batch, writes(batch), 4096).statements ==
        std::vector<std::string>{"0 1 2 3 ", "4 5 6 7 ", "8 "});
  fill.put("big", std::string(9000, 'x')).put("z", "");
  const auto sent = send_arrays(table, batch, writes(batch), 4096);
  REQUIRE_FALSE(sent.result);
  CHECK(sent.result.error().remedy == Remedy::Skip);
  CHECK((sent.failed.first == 9 && sent.failed.count == 1));
  CHECK(sent.statements.size() == 3);
}

TEST_CASE("arrays: after an error it is known which steps failed") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler fill(batch);
  for (int i = 0; i < 9; ++i) fill.put(std::to_string(i), std::string(700, 'x'));
  const std::vector<MysqlRows::Range> ranges = {{0, 4}, {4, 4}, {8, 1}};
  for (size_t fails = 0; fails < ranges.size(); ++fails) {
    const auto sent = send_arrays(table, batch, writes(batch), 4096, fails);
    REQUIRE_FALSE(sent.result);
    CHECK((sent.failed.first == ranges[fails].first && sent.failed.count == ranges[fails].count));
  }
}

TEST_CASE("long lists of deletions are cut") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler fill(batch);
  std::vector<Step> steps;
  for (uint32_t i = 0; i < 1200; ++i) {
    fill.erase(std::to_string(i));
    steps.push_back({Step::Action::Delete, i});
  }
  CHECK(send(table, batch, steps, kRoomy).statements.size() == 3);
}

}  // namespace
}  // namespace streamworker::sink
