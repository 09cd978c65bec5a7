// A COMMIT whose answer nobody heard (DESIGN 5.3, FACTS 4.4): each row stands exactly once.
#include "integration/sink/proxy.h"
#include "integration/sink/server.h"
#include "sink/mysql_database.h"
#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

constexpr int kTimes = 20;

PartId part() { return {"app", "store/t", "data", 0, "me", ""}; }

// Inserted, not upserted: a batch that is written twice shows.
Table inserted() {
  Table table = small_table(false);
  table.create = true;
  return table;
}

TEST_CASE("a cut COMMIT is settled within the same call") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  const auto how = GENERATE(Proxy::Cut::Before, Proxy::Cut::During, Proxy::Cut::After);
  OwnDatabase own;
  Proxy proxy(own.spec().host, own.spec().port);
  config::Database spec = own.spec();
  spec.host = "127.0.0.1";
  spec.port = proxy.port();
  MysqlDatabase database(spec, form);
  const Table table = inserted();
  REQUIRE(database.prepare(table));
  auto claim = database.claim(part(), 0);
  REQUIRE(claim);
  for (int i = 0; i < kTimes; ++i) {
    Batch batch(table.columns);
    Filler(batch).put(std::to_string(i), "first").put(std::to_string(i), "second");
    proxy.cut_next(how);
    const auto written = write(database, {part(), *claim, claim->next + 2, table, batch});
    if (!written) FAIL(written.error().message);
    CHECK(*written == Written::Done);
    claim->next += 2;
  }
  CHECK(proxy.cuts() == kTimes);
  CHECK(own.sql("SELECT COUNT(*), COUNT(DISTINCT id, text) FROM t") == "40,40;");
  CHECK(own.sql("SELECT next_offset FROM streamworker_offsets") == "40;");
}

TEST_CASE("when the server stays away the same batch is settled later") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  const Table table = inserted();
  Batch batch(table.columns);
  Filler(batch).put("a", "1");
  auto proxy = std::make_unique<Proxy>(own.spec().host, own.spec().port);
  config::Database spec = own.spec();
  spec.host = "127.0.0.1";
  spec.port = proxy->port();
  MysqlDatabase database(spec, form);
  REQUIRE(database.prepare(table));
  const auto claim = database.claim(part(), 0);
  REQUIRE(claim);
  // Committed, the answer lost, and a claim of another owner before anyone asks again.
  proxy->cut_next(Proxy::Cut::After);
  MysqlDatabase other(own.spec());
  const auto written = write(database, {part(), *claim, 1, table, batch});
  REQUIRE(written);
  CHECK(*written == Written::Done);
  proxy.reset();
  const auto away = write(database, {part(), {true, 1, claim->epoch}, 2, table, batch});
  REQUIRE_FALSE(away);
  CHECK(away.error().remedy == Remedy::Retry);
  const auto taken = other.claim(part(), 0);
  REQUIRE(taken);
  CHECK(taken->next == 1);
  CHECK(own.sql("SELECT COUNT(*) FROM t") == "1;");
}

TEST_CASE("a claim whose COMMIT is cut is tried again by the caller") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  const auto how = GENERATE(Proxy::Cut::Before, Proxy::Cut::During, Proxy::Cut::After);
  OwnDatabase own;
  Proxy proxy(own.spec().host, own.spec().port);
  config::Database spec = own.spec();
  spec.host = "127.0.0.1";
  spec.port = proxy.port();
  MysqlDatabase database(spec, form);
  const Table table = inserted();
  REQUIRE(database.prepare(table));
  proxy.cut_next(how);
  const auto cut = database.claim(part(), 5);
  REQUIRE_FALSE(cut);
  CHECK(cut.error().remedy == Remedy::Retry);
  const auto claim = database.claim(part(), 5);
  REQUIRE(claim);
  CHECK(claim->next == 5);
  Batch batch(table.columns);
  Filler(batch).put("a", "1");
  const auto written = write(database, {part(), *claim, 6, table, batch});
  REQUIRE(written);
  CHECK(*written == Written::Done);
}

}  // namespace
}  // namespace streamworker::sink
