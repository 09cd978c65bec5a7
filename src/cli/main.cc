// From arguments to commands.
#include <csignal>
#include <ctime>
#include <iostream>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "base/startup_error.h"
#include "cli/commands.h"
#include "config/problems.h"
#include "config/scalars.h"
#include "record/civil.h"

namespace streamworker::cli {

namespace {

struct Arguments {
  FileOptions file;
  ProduceOptions produce;
  std::string limit;
  std::string form = "mermaid";
  std::string sleep;
  DeadLetterOptions letters;
  std::string since;
  std::string until;
  std::string letter_form = "text";
  SqlOptions sql;
  QueryOptions query;
  TapOptions tap;
  ResetOptions reset;
  TestOptions test;
  bool connect = false;
};

// "20s" as the pipeline file has it.
Duration duration_of(const std::string& option, const std::string& text) {
  const config::Span span;
  Duration read{};
  if (!span.from_text(text, read))
    throw CLI::ValidationError(option, "expected " + span.expected() + ", not " + text);
  return read;
}

void add_file_options(CLI::App& app, FileOptions& file) {
  app.add_option("-c,--config", file.file, "the pipeline file")->type_name("FILE");
  app.add_option("--set", file.set, "sets a key of the file, e.g. --set commit.interval=1s")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option("--env-file", file.env_file, "NAME=VALUE lines, for ${NAME} in the file")
      ->type_name("FILE");
  app.add_option("--brokers", file.brokers, "kafka.brokers: host:port, or `embedded`");
  app.add_option("--state-dir", file.state_dir, "state.dir")->type_name("FOLDER");
  app.add_option("--log-level", file.log_level, "log.level: debug, info, warn or error");
  app.add_option("--http-port", file.http_port, "the port of http.listen; 0: a free one");
}

// "1h", which is so long ago, or a date and time in UTC.
std::optional<WallTime> time_of(const std::string& option, const std::string& text) {
  if (text.empty()) return {};
  const config::Span span;
  Duration ago{};
  if (span.from_text(text, ago)) return SystemClock().wall() - ago;
  Civil civil;
  const auto micros = read_iso(text, civil) ? local_micros(civil) : std::nullopt;
  if (!micros)
    throw CLI::ValidationError(
        option,
        "expected a duration (1h: so long ago) or a time (2026-01-31 12:00:00), not " + text);
  return WallTime(Duration(*micros) - std::chrono::seconds(civil.offset.value_or(0)));
}

int dead_letters(const CLI::App& command, Arguments& given) {
  DeadLetterOptions& wanted = given.letters;
  wanted.filter.since = time_of("--since", given.since);
  wanted.filter.until = time_of("--until", given.until);
  wanted.json = given.letter_form == "json";
  if (command.got_subcommand("show")) return show_letters(given.file, wanted);
  if (command.got_subcommand("replay")) return replay_letters(given.file, wanted);
  return list_letters(given.file, wanted);
}

// None: it is no command that does without a pipeline file.
std::optional<int> run_without_file(const CLI::App& app, Arguments& given) {
  if (app.got_subcommand("version")) return version();
  if (app.got_subcommand("schema")) return schema();
  if (!app.got_subcommand("test")) return std::nullopt;
  given.test.log_level = given.file.log_level;
  return test(given.test);
}

int run_command(CLI::App& app, Arguments& given) {
  const auto used = [&](const char* name) { return app.got_subcommand(name); };
  if (const auto done = run_without_file(app, given)) return *done;
  if (given.file.file.empty()) {
    std::cerr << "streamworker: which pipeline file? Say -c FILE\n";
    return kUsage;
  }
  if (used("check")) return check(given.file, given.connect);
  if (used("show")) return show(given.file);
  if (used("graph")) return graph(given.file, given.form);
  if (used("produce")) {
    if (!given.sleep.empty()) given.produce.sleep = duration_of("--sleep", given.sleep);
    return produce(given.file, given.produce);
  }
  if (used("sql")) return apply_sql(given.file, given.sql);
  if (used("query")) return query(given.file, given.query);
  if (used("tap")) return tap(given.file, given.tap);
  if (used("reset")) return reset(given.file, given.reset);
  if (used("dead-letters")) return dead_letters(*app.get_subcommand("dead-letters"), given);
  std::optional<Duration> limit;
  if (!given.limit.empty()) limit = duration_of("--for", given.limit);
  return run(given.file, limit);
}

void add_filter(CLI::App& command, Arguments& given) {
  LetterFilter& filter = given.letters.filter;
  command.add_option("--step", filter.step, "only those refused by this step")
      ->check(CLI::IsMember({"decode", "where", "select", "explode", "key", "sink", "output"}));
  command.add_option("--pipeline", filter.pipeline, "only those of this pipeline");
  command.add_option("--message", filter.message, "only those whose message has this text");
  command.add_option("--since", given.since, "only those refused since: 1h, or a time in UTC")
      ->type_name("TIME");
  command.add_option("--until", given.until, "only those refused before")->type_name("TIME");
  command.add_option("--limit", filter.limit, "at most so many")->check(CLI::NonNegativeNumber);
}

void add_dead_letters(CLI::App& app, Arguments& given) {
  auto* all = app.add_subcommand("dead-letters", "records that could not be processed");
  all->require_subcommand(1);
  auto* list = all->add_subcommand("list", "those that are left");
  auto* show = all->add_subcommand("show", "one of them, with headers and value");
  auto* replay = all->add_subcommand("replay", "brings them back into what refused them");
  for (auto* command : {list, show, replay}) command->fallthrough();
  for (auto* command : {list, replay}) add_filter(*command, given);
  for (auto* command : {list, show})
    command->add_option("--format", given.letter_form, "text, or json: one object a line")
        ->check(CLI::IsMember({"text", "json"}));
  show->add_option("record", given.letters.which, "the record, as in data[3]@120")->required();
}

void add_sql(CLI::App& app, Arguments& given) {
  auto* sql = app.add_subcommand("sql", "SQL in a database of the file");
  sql->require_subcommand(1);
  auto* apply = sql->add_subcommand("apply", "runs scripts as the database's own client would");
  apply->fallthrough();
  apply->add_option("files", given.sql.files, "the scripts, in order")->required();
  apply->add_option("--database", given.sql.database, "which database; default: the only one");
}

void add_query(CLI::App& app, Arguments& given) {
  auto* query = app.add_subcommand("query", "SQL over the tables of the running worker");
  query->add_option("sql", given.query.sql, "the query")->required();
  query->add_option("--format", given.query.form, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));
}

void add_tap(CLI::App& app, Arguments& given) {
  auto* tap = app.add_subcommand("tap", "follows a stream or a table of the running worker");
  tap->add_option("name", given.tap.name, "the stream or table")->required();
  tap->add_option("--key", given.tap.key, "only this key; of several fields, a JSON array");
  tap->add_option("--limit", given.tap.limit, "ends after so many events")
      ->check(CLI::PositiveNumber);
  tap->add_flag("--json", given.tap.json, "one JSON object a line, as where no terminal is");
}

void add_reset(CLI::App& app, Arguments& given) {
  auto* reset =
      app.add_subcommand("reset", "has a table built again from its source; workers stopped");
  reset->add_option("--table", given.reset.table, "the table")->required();
  reset->add_flag("--force", given.reset.force, "also where the source does not reach back");
  reset->add_flag("--dry-run", given.reset.dry_run, "says what it would do, and does nothing");
}

void add_test(CLI::App& app, Arguments& given) {
  auto* test = app.add_subcommand("test", "runs tests of pipeline files, without any server");
  test->add_option("files", given.test.files, "files of tests")->required()->type_name("FILE");
  test->add_option("--filter", given.test.filter, "only tests that have this in their names");
  test->add_option("--junit", given.test.junit, "writes the outcomes as JUnit's XML")
      ->type_name("FILE");
  test->add_flag("--update", given.test.update,
                 "writes what came into the files as what is expected, for review");
}

void add_commands(CLI::App& app, Arguments& given) {
  app.add_option("--for", given.limit, "ends after this long, e.g. 20s")->type_name("DURATION");
  app.add_subcommand("run", "runs the file (also without the word)");
  auto* check = app.add_subcommand("check", "checks the file and says what it will do");
  check->add_flag("--connect", given.connect, "tries brokers, topics and databases too");
  app.add_subcommand("show", "prints the effective configuration, secrets as ***");
  app.add_subcommand("schema", "prints the JSON Schema of the pipeline file");
  auto* graph = app.add_subcommand("graph", "prints the pipelines as a graph");
  graph->add_option("--format", given.form, "mermaid or dot")
      ->check(CLI::IsMember({"mermaid", "dot"}));
  auto* produce = app.add_subcommand("produce", "fills a stream's topic from a file or its sample");
  produce->add_option("stream", given.produce.stream, "the stream")->required();
  produce->add_option("input", given.produce.input,
                      "a .jsonl, .json or .csv file; else the sample");
  produce->add_option("--count", given.produce.count, "ends after so many records");
  produce->add_option("--rate", given.produce.rate, "records per second");
  produce->add_option("--sleep", given.sleep, "pause between records, e.g. 100ms");
  produce->add_flag("--follow", given.produce.follow, "goes on reading as the file grows");
  add_dead_letters(app, given);
  add_sql(app, given);
  add_query(app, given);
  add_tap(app, given);
  add_reset(app, given);
  add_test(app, given);
  app.add_subcommand("version", "prints the version");
}

int guarded(CLI::App& app, Arguments& given) {
  try {
    return run_command(app, given);
  } catch (const config::ConfigError& error) {
    std::cerr << log::redact(error.text());
    return kConfiguration;
  } catch (const CLI::Error& error) {
    std::cerr << "streamworker: " << error.what() << "\n";
    return kUsage;
  } catch (const std::exception& error) {
    std::cerr << "streamworker: " << log::redact(error.what()) << "\n";
    return kFailed;
  }
}

}  // namespace

int run_command_line(int argc, char** argv) {
  Arguments given;
  CLI::App app{"One YAML file of Kafka topics, pipelines and databases, run exactly once."};
  app.name("streamworker");
  app.require_subcommand(0, 1);
  app.fallthrough();
  add_file_options(app, given.file);
  add_commands(app, given);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    std::cerr << "streamworker: " << error.what() << "\nstreamworker --help says what there is\n";
    return kUsage;
  }
  return guarded(app, given);
}

std::function<bool()> catch_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return [signals, came = false]() mutable {
    const timespec at_once{};
    came = came || sigtimedwait(&signals, nullptr, &at_once) > 0;
    return came;
  };
}

}  // namespace streamworker::cli
