// The poller on SQLite, by hand: what is set, reset and refused there, and a database that goes
// away and comes back.
#include "runtime/settings_poller.h"

#include <filesystem>

#include <unistd.h>

#include "config/parse.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

using sink::SqlResult;
using sink::SqlValue;

// A session that somebody may cut.
class Cut final : public sink::Session {
 public:
  Cut(std::unique_ptr<Session> to, const std::optional<Error>& fault)
      : to_(std::move(to)), fault_(fault) {}
  Result<std::vector<SqlResult>> run_each(std::string_view statement,
                                          const sink::SqlParameters* parameters) override {
    if (fault_) return *fault_;
    if (hangs_) return hang();
    return to_->run_each(statement, parameters);
  }
  Result<void> drain(std::string_view statement, const sink::SqlParameters& parameters) override {
    return to_->drain(statement, parameters);
  }
  Result<void> begin() override { return to_->begin(); }
  Result<void> commit() override { return to_->commit(); }
  Result<void> rollback() override { return to_->rollback(); }
  bool in_transaction() const override { return to_->in_transaction(); }
  Result<bool> lock(const std::string& name) override { return to_->lock(name); }
  Result<void> unlock(const std::string& name) override { return to_->unlock(name); }
  sink::Dialect dialect() const override { return to_->dialect(); }
  void disconnect() override { to_->disconnect(); }
  void interrupt() override {
    const std::lock_guard lock(mutex_);
    --missing_;
    changed_.notify_all();
  }
  // From now on a statement lasts until it has been interrupted so often.
  void let_hang(int times = 1) {
    missing_ = times;
    hangs_ = true;
  }
  void wait_until_it_hangs() {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return hanging_; }));
  }

 private:
  Error hang() {
    std::unique_lock lock(mutex_);
    hanging_ = true;
    changed_.notify_all();
    const bool cut =
        changed_.wait_for(lock, std::chrono::seconds(20), [&] { return missing_ <= 0; });
    return cut ? retry("2013: lost") : stop("was not interrupted within 20 s");
  }

  std::unique_ptr<Session> to_;
  const std::optional<Error>& fault_;
  std::atomic<bool> hangs_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hanging_ = false;
  int missing_ = 0;
};

std::string fresh_folder() {
  std::string name =
      (std::filesystem::temp_directory_path() / "streamworker-settings-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

struct Fixture {
  Fixture() {
    auto made = std::make_unique<Cut>(sink::open_session(file.databases[0]), fault);
    session = made.get();
    poller = std::make_unique<SettingsPoller>(
        file, std::move(made), clock, board,
        [this](const config::File& now) { sizes.push_back(now.pipelines[0].batch->size); });
  }
  ~Fixture() { std::filesystem::remove_all(folder); }

  std::vector<std::vector<SqlValue>> sql(const std::string& statement) const {
    auto done = sink::open_session(file.databases[0])->run(statement);
    INFO(statement << ": " << (done ? "" : done.error().message));
    REQUIRE(done.has_value());
    return done->rows;
  }
  void set(const std::string& name, const std::string& value) const {
    (void)sql(
        "INSERT OR REPLACE INTO streamworker_settings (app, name, value, updated_by) VALUES "
        "('a', '" +
        name + "', '" + value + "', 'anna')");
  }
  // The column of the table; "-" when it is null.
  std::string refused(const std::string& name) const {
    const auto rows =
        sql("SELECT coalesce(refused, '-') FROM streamworker_settings WHERE name = '" + name + "'");
    REQUIRE(rows.size() == 1);
    return std::get<std::string>(rows[0][0]);
  }

  std::string folder = fresh_folder();
  config::File file = config::parse_text(
      "app: a\n"
      "databases: {db: {url: \"sqlite:db.sqlite\"}}\n"
      "streams: {data: {schema: {id: string}}}\n"
      "pipelines: {store: {from: data, batch: {size: 15}, sink: {database: db, table: T, upsert: "
      "[id]}}}\n"
      "settings: {database: db}\n",
      folder + "/f.yaml");
  ManualClock clock{WallTime(std::chrono::seconds(1795245161))};
  StatusBoard board{clock};
  std::optional<Error> fault;
  std::vector<int64_t> sizes;  // as they were handed on
  std::unique_ptr<SettingsPoller> poller;
  Cut* session = nullptr;  // the poller's
};

TEST_CASE("the table is made, and what is set there is handed on once") {
  Fixture it;
  it.poller->poll();
  CHECK(it.sizes.empty());
  CHECK(it.board.settings().read_at == it.clock.wall());
  it.set("pipelines.store.batch.size", "5");
  it.poller->poll();
  it.poller->poll();
  CHECK(it.sizes == std::vector<int64_t>{5});
  CHECK(it.refused("pipelines.store.batch.size") == "-");
  (void)it.sql("DELETE FROM streamworker_settings");
  it.poller->poll();
  CHECK(it.sizes == std::vector<int64_t>{5, 15});
}

TEST_CASE("another application's settings are not ours") {
  Fixture it;
  it.poller->poll();
  (void)it.sql(
      "INSERT INTO streamworker_settings (app, name, value) VALUES "
      "('b', 'pipelines.store.batch.size', '5')");
  it.poller->poll();
  CHECK(it.sizes.empty());
}

TEST_CASE("a refused value says why in its row, until a good one comes") {
  Fixture it;
  it.poller->poll();
  it.set("pipelines.store.batch.size", "many");
  it.set("offset_reset", "latest");
  it.poller->poll();
  CHECK(it.sizes.empty());
  CHECK(it.refused("pipelines.store.batch.size") ==
        "expected a whole number from 1 to 1000000, got \"many\"");
  CHECK(it.refused("offset_reset") ==
        "cannot change while the worker runs: set it in the file and restart");
  (void)it.sql("UPDATE streamworker_settings SET value = '6' WHERE name LIKE '%size'");
  it.poller->poll();
  CHECK(it.sizes == std::vector<int64_t>{6});
  CHECK(it.refused("pipelines.store.batch.size") == "-");
}

TEST_CASE("while the database is away the values stay, and when it is back they are read again") {
  Fixture it;
  it.poller->poll();
  it.set("pipelines.store.batch.size", "5");
  it.poller->poll();
  it.fault = retry("2002: connection refused");
  it.poller->poll();
  it.poller->poll();
  CHECK(it.sizes == std::vector<int64_t>{5});
  CHECK(it.board.settings().problem == "db: 2002: connection refused");
  it.set("pipelines.store.batch.size", "6");
  it.fault.reset();
  it.poller->poll();
  CHECK(it.sizes == std::vector<int64_t>{5, 6});
  CHECK(it.board.settings().problem.empty());
}

TEST_CASE("a reason that could not be written is written later") {
  Fixture it;
  it.poller->poll();
  it.set("log.level", "loud");
  (void)it.sql(
      "CREATE TRIGGER read_only BEFORE UPDATE ON streamworker_settings BEGIN SELECT "
      "raise(ABORT, 'read-only'); END");
  it.poller->poll();
  CHECK(it.refused("log.level") == "-");
  CHECK(it.board.settings().problem.find("the column `refused` is not written") !=
        std::string::npos);
  CHECK(it.board.settings().settings.size() == 6);
  (void)it.sql("DROP TRIGGER read_only");
  it.poller->poll();
  CHECK(it.refused("log.level") == "expected debug, info, warn or error, got \"loud\"");
  CHECK(it.board.settings().problem.empty());
}

TEST_CASE("a table that is no good is told with what to do") {
  Fixture it;
  it.fault = stop("1146: no table streamworker_settings");
  it.poller->poll();
  CHECK(it.board.settings().problem ==
        "db: 1146: no table streamworker_settings; sql/settings.sql makes the table and its "
        "procedures");
}

TEST_CASE("a poll that hangs is cut off") {
  Fixture it;
  it.session->let_hang();
  it.poller->start();
  it.session->wait_until_it_hangs();
  it.poller->look();  // too early
  CHECK_FALSE(it.poller->wait_for_first(std::chrono::milliseconds(1)));
  it.clock.advance(std::chrono::seconds(11));
  it.poller->look();
  CHECK(it.poller->wait_for_first(std::chrono::seconds(20)));
  CHECK(it.board.settings().problem == "db: 2013: lost");
}

TEST_CASE("a poll that hangs keeps nobody from ending, however late it hears of it") {
  Fixture it;
  it.session->let_hang(3);
  it.poller->start();
  it.session->wait_until_it_hangs();
  it.poller.reset();
  CHECK(it.board.settings().problem == "db: 2013: lost");
}

TEST_CASE("its thread polls by itself") {
  Fixture it;
  it.poller->start();
  CHECK(it.poller->wait_for_first(std::chrono::seconds(20)));
  it.poller.reset();
  CHECK(it.board.settings().read_at == it.clock.wall());
}

}  // namespace
}  // namespace streamworker
