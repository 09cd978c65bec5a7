#include <algorithm>
#include <iostream>

#include "app/open_log.h"
#include "app/topics.h"
#include "base/human.h"
#include "cli/commands.h"
#include "config/all_streams.h"
#include "config/find_database.h"
#include "runtime/describe.h"
#include "runtime/schedule.h"
#include "runtime/timer_table.h"
#include "sink/database.h"
#include "sink/session.h"

namespace streamworker::cli {

namespace {

// Tries each server once and prints a line for each thing tried. False: something is not there.
class Connections {
 public:
  Connections(const config::File& file, const Plan& plan) : file_(file), plan_(plan) {}

  bool try_all() {
    try_topics();
    if (file_.settings) try_settings();
    for (const Stage& stage : plan_.stages)
      for (const Node& node : stage.nodes)
        if (const auto* sink = std::get_if<DatabasePlan>(&node.operation)) try_database(*sink);
    for (const config::Timer& timer : file_.timers) try_timer(timer);
    return good_;
  }

 private:
  void tell(bool good, const std::string& what) {
    std::cout << "  " << (good ? "✓ " : "✗ ") << what << "\n";
    good_ = good_ && good;
  }

  void try_topics() {
    const auto log = open_log(file_);
    const auto topics = find_topics(*log, file_, plan_);
    if (!topics) return tell(false, log->name() + ": " + topics.error().message);
    tell(true, log->name());
    for (const std::string& topic : topics_of(file_, plan_)) {
      const auto found = topics->find(topic);
      if (found != topics->end())
        tell(true, fmt::format("topic {}: {} partitions", topic, found->second.partitions));
      else
        tell(made_by_us(topic),
             "topic " + topic + " does not exist" +
                 (made_by_us(topic) ? ", the worker will create it"
                                    : ": create it, or say how many partitions"));
    }
    for (const Stage& stage : plan_.stages)
      for (const Node& node : stage.nodes)
        if (const auto* table = std::get_if<TablePlan>(&node.operation))
          try_changelog(*log, *topics, {table->changelog, stage.topic, node.pipeline});
  }

  struct ChangelogNames {
    std::string topic, source, table;
  };
  void try_changelog(Log& log, const Topics& topics, const ChangelogNames& names) {
    const auto found = topics.find(names.topic);
    const auto source = topics.find(names.source);
    if (found == topics.end() || source == topics.end()) return;
    const auto fault = changelog_fault(
        log, file_, {names.topic, names.table, found->second, source->second.partitions});
    if (!fault) return tell(false, fault.error().message);
    if (!fault->empty()) tell(false, *fault);
  }

  bool made_by_us(const std::string& topic) const {
    for (const config::Stream* stream : config::all_streams(file_))
      if (stream->topic == topic) return stream->partitions || file_.kafka.embedded();
    return true;
  }

  void try_database(const DatabasePlan& sink) {
    const auto database = open_database(*config::find_database(file_, sink.database));
    const auto warnings = database->prepare(sink.table);
    if (!warnings) return tell(false, sink.database + ": " + warnings.error().message);
    tell(true, sink.database + "." + sink.table.name);
    for (const std::string& warning : *warnings) std::cout << "    warning: " << warning << "\n";
  }

  // The table, and the rights that the worker needs there.
  void try_settings() {
    const std::string& name = file_.settings->database.value;
    const auto session = sink::open_session(*config::find_database(file_, name));
    const std::string table = name + ".streamworker_settings";
    if (session->dialect() == sink::Dialect::Sqlite) {
      const auto found =
          session->run("SELECT 1 FROM sqlite_master WHERE name = 'streamworker_settings'");
      if (found && found->rows.empty())
        return tell(true, table + " does not exist, the worker will create it");
    }
    auto read = session->run(
        "SELECT app, name, value, updated_at, updated_by, refused FROM streamworker_settings "
        "WHERE 1 = 0");
    if (read) read = session->run("UPDATE streamworker_settings SET refused = refused WHERE 1 = 0");
    if (read) return tell(true, table);
    tell(false, table + ": " + read.error().message +
                    (read.error().remedy == Remedy::Stop
                         ? fmt::format("; create it: streamworker sql apply -c {} --database {} "
                                       "sql/settings.sql, or that script by the database's client",
                                       file_.path, name)
                         : ""));
  }

  void try_timer(const config::Timer& timer) {
    const std::string& name = timer.database.value;
    const auto session = sink::open_session(*config::find_database(file_, name));
    const auto ready = TimerTable(*session, file_.app, timer.name, "check").look();
    const std::string what = fmt::format("timer {}: {}.streamworker_timers", timer.name, name);
    if (!ready) return tell(false, what + ": " + ready.error().message);
    tell(true, what + (*ready ? "" : " does not exist, the worker will create it"));
  }

  const config::File& file_;
  const Plan& plan_;
  bool good_ = true;
};

}  // namespace

int check(const FileOptions& options, bool connect) {
  const config::File file = load(options);
  const Plan plan = compile(file);
  std::cout << file.path << ": ok\n";
  for (const std::string& line : pipelines_in_words(file)) std::cout << "  " << line << "\n";
  if (file.settings)
    std::cout << "  settings: from " << file.settings->database.value << ", read every "
              << format_duration(file.settings->poll) << "\n";
  const auto topics = own_topics(file, plan);
  if (!topics.empty()) {
    std::cout << "  topics it owns:";
    for (const std::string& topic : topics) std::cout << " " << topic;
    std::cout << "\n";
  }
  for (const config::Timer& timer : file.timers)
    std::cout << "  timer " << timer.name << " " << Schedule(timer).text() << " on "
              << timer.database.value << (timer.enabled ? "" : ", not enabled") << "\n";
  for (const std::string& warning : plan.warnings) std::cout << "warning: " << warning << "\n";
  if (!connect) return kDone;
  return Connections(file, plan).try_all() ? kDone : kUnavailable;
}

}  // namespace streamworker::cli
