// What rows of the settings table make of a file: taken, refused, reset.
#include "runtime/live_values.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "config/parse.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

const std::string kFile = R"(
app: a
databases: {db: {url: "sqlite:db.sqlite"}}
streams: {data: {schema: {id: string}}}
pipelines:
  store:
    from: data
    batch: {size: 15, window: 30s}
    sink: {database: db, table: T, upsert: [id]}
  copy: {from: data, sink: {topic: out}}
settings: {database: db}
)";

SettingRow row(const std::string& name, const std::string& value,
               const std::string& updated_at = "2026-01-01 00:00:00") {
  return {name, value, updated_at, "anna", {}};
}

struct Fixture {
  explicit Fixture(const std::string& text = kFile) : file(config::parse_text(text, "f.yaml")) {}
  LiveValues::Outcome take(const std::vector<SettingRow>& rows) {
    auto outcome = values.take(rows);
    REQUIRE(outcome.has_value());
    return *outcome;
  }
  // Why the only new row was refused; "" when it was taken.
  std::string refused(const std::vector<SettingRow>& rows) {
    const auto outcome = take(rows);
    REQUIRE(outcome.verdicts.size() == 1);
    return outcome.verdicts.front().refused.value_or("");
  }
  SettingStatus status(const std::string& name) const {
    for (const SettingStatus& one : values.status())
      if (one.name == name) return one;
    return {};
  }
  int64_t size() const { return values.file().pipelines[0].batch->size; }

  config::File file;
  LiveValues values{file};
};

TEST_CASE("a value is taken, and its row's end gives the file's back") {
  Fixture it;
  const auto set = it.take({row("pipelines.store.batch.size", "5")});
  CHECK(set.changed);
  CHECK(set.verdicts.size() == 1);
  CHECK(it.size() == 5);
  CHECK(it.status("pipelines.store.batch.size").origin == "database");
  CHECK(it.status("pipelines.store.batch.size").updated_by == "anna");

  CHECK(it.take({row("pipelines.store.batch.size", "5")}).verdicts.empty());
  const auto reset = it.take({});
  CHECK(reset.changed);
  CHECK(reset.gone == std::vector<std::string>{"pipelines.store.batch.size"});
  CHECK(it.size() == 15);
  CHECK(it.status("pipelines.store.batch.size").origin == "file");
  CHECK(it.status("pipelines.store.batch.size").updated_by.empty());
}

TEST_CASE("a bad value is refused and the one before stays") {
  Fixture it;
  (void)it.take({row("pipelines.store.batch.size", "5")});
  const auto bad = it.take({row("pipelines.store.batch.size", "many", "2026-01-02 00:00:00")});
  CHECK_FALSE(bad.changed);
  CHECK(bad.verdicts.front().refused == "expected a whole number from 1 to 1000000, got \"many\"");
  CHECK(it.size() == 5);
  const SettingStatus status = it.status("pipelines.store.batch.size");
  CHECK(status.value == "5");
  CHECK(status.refused_value == "many");
  CHECK(status.refused == "expected a whole number from 1 to 1000000, got \"many\"");
  (void)it.take({});
  CHECK(it.size() == 15);
}

TEST_CASE("a good value is taken beside bad ones") {
  Fixture it;
  const auto outcome =
      it.take({row("commit.interval", "7s"), row("pipelines.store.batch.size", "5"),
               row("log.level", "loud"), row("pipelines.store.paused", "true")});
  CHECK(outcome.verdicts.size() == 4);
  CHECK(it.size() == 5);
  CHECK(it.values.file().pipelines[0].paused == true);
  CHECK(it.values.file().commit.interval == std::chrono::seconds(1));
  CHECK(it.values.file().log.level == "info");
}

TEST_CASE("why a value is refused") {
  const auto why = [](const std::string& name, const std::string& value) {
    Fixture it;
    return it.refused({row(name, value)});
  };
  CHECK(why("offset_reset", "latest") ==
        "cannot change while the worker runs: set it in the file and restart");
  CHECK(why("pipelines.store.where", "id = 1") ==
        "cannot change while the worker runs: set it in the file and restart");
  CHECK(why("pipelines.store.batch.sizes", "5") ==
        "pipelines.store.batch: unknown key \"sizes\"; did you mean \"size\"? (known: size, "
        "window)");
  CHECK(why("pipelines.shop.paused", "true") ==
        "pipelines: no pipeline \"shop\" in the file (known: copy, store)");
  CHECK(why("pipelines.copy.batch.size", "5") ==
        "pipelines.copy.batch: stands before a database or file sink only, and here is none");
  CHECK(why("pipelines.copy.paused", "true") ==
        "stops a pipeline before its databases, and it has other sinks: give those a pipeline of "
        "their own");
  CHECK(why("pipelines.store.batch.window", "-1s").rfind("expected a duration", 0) == 0);
  CHECK(why("", "5") == "a path is names with dots between them, like commit.interval");
}

TEST_CASE("a refused row is listed even when its name is no live key") {
  Fixture it;
  (void)it.take({row("offset_reset", "latest")});
  const SettingStatus status = it.status("offset_reset");
  CHECK(status.origin.empty());
  CHECK(status.refused_value == "latest");
  CHECK(it.values.file().offset_reset == config::OffsetReset::Earliest);
}

TEST_CASE("the same bad value set again is judged again") {
  Fixture it;
  CHECK(!it.refused({row("log.level", "loud", "1")}).empty());
  CHECK(it.take({row("log.level", "loud", "1")}).verdicts.empty());
  CHECK(!it.refused({row("log.level", "loud", "2")}).empty());
}

TEST_CASE("nothing is judged while the file cannot be read again") {
  std::string folder = (std::filesystem::temp_directory_path() / "streamworker-live-XXXXXX");
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::string secret = folder + "/password";
  const auto write = [&] {
    std::ofstream(secret) << "geheimnis\n";
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
  };
  write();
  std::string text = kFile;
  text.insert(text.find("{db:") + 1,
              "other: {url: \"mysql://u@localhost/d\", password_file: " + secret + "}, ");
  Fixture it(text);
  std::filesystem::remove(secret);
  const auto outcome = it.values.take({row("pipelines.store.batch.size", "5")});
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().remedy == Remedy::Retry);
  CHECK(outcome.error().message.rfind("the pipeline file can no longer be read: databases.other."
                                      "password_file: cannot read " +
                                          secret,
                                      0) == 0);
  write();
  CHECK(it.refused({row("pipelines.store.batch.size", "5")}).empty());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace streamworker
