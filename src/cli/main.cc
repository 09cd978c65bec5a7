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

namespace streamworker::cli {

namespace {

struct Arguments {
  FileOptions file;
  ProduceOptions produce;
  std::string limit;
  std::string form = "mermaid";
  std::string sleep;
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

int run_command(CLI::App& app, Arguments& given) {
  const auto used = [&](const char* name) { return app.got_subcommand(name); };
  if (used("version")) return version();
  if (used("schema")) return schema();
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
  std::optional<Duration> limit;
  if (!given.limit.empty()) limit = duration_of("--for", given.limit);
  return run(given.file, limit);
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
