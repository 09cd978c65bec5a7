#include "config/rules.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/format.h"
#include "config/endpoints.h"
#include "config/format.h"
#include "record/cron.h"

namespace streamworker::config {

namespace {

// The mapping of one stream, pipeline or database, as it was written.
const Yaml* written(const Spot& root, std::string_view group, const std::string& name) {
  const auto* named = root.yaml.find(group);
  const auto* entry = named == nullptr ? nullptr : named->value.find(name);
  return entry == nullptr ? nullptr : &entry->value;
}

class Rules {
 public:
  Rules(const Spot& root, const File& file) : root_(root), file_(file) {}

  void check() const {
    for (const Database& database : file_.databases) check_database(database);
    for (const Stream& stream : file_.streams) check_stream("streams", stream);
    for (const Table& table : file_.tables) check_table(table);
    for (const Pipeline& pipeline : file_.pipelines) check_pipeline(pipeline);
    for (const Timer& timer : file_.timers) check_timer(timer);
    check_names();
    check_http();
    if (file_.watchdog.exit < file_.watchdog.stall)
      root_.problem_at("watchdog",
                       "`exit` is shorter than `stall`; it counts from the same moment");
    check_topics();
  }

 private:
  void check_http() const {
    const auto* const http = root_.yaml.find("http");
    if (http == nullptr) return;
    const Spot spot{root_.reading, http->value, "http"};
    const bool guarded = !file_.http_token.empty() || http->value.find("token_file") != nullptr;
    if (guarded && file_.http_insecure)
      spot.problem_at("insecure", "both `token_file` and `insecure`; say one");
    if (is_loopback(file_.http_host) || guarded || file_.http_insecure) return;
    spot.problem_at(
        "listen",
        fmt::format("{} can be reached from other machines: say `token_file`, a file with a token "
                    "that requests must bear, or `insecure: true`; or listen on loopback: "
                    "127.0.0.1:{}",
                    quote(file_.http_host), file_.http_port));
  }

  // There is something to be read. A table that is wrong was told of.
  void check_topics() const {
    if (!file_.streams.empty() || !file_.tables.empty()) return;
    if (root_.yaml.find("streams") != nullptr)
      root_.problem_at("streams", "no streams; name at least one");
    else
      root_.problem("missing key \"streams\": topics with a schema, by name");
  }

  // What `from` may name: streams, pipelines and tables have one set of names.
  void check_names() const {
    std::map<std::string, std::pair<const char*, int>> taken;
    for (const Stream& stream : file_.streams) taken[stream.name] = {"stream", stream.at.line};
    const auto take = [&](const std::string& name, const Mark& at, const char* kind) {
      const auto [it, fresh] = taken.try_emplace(name, kind, at.line);
      if (fresh) return;
      root_.reading.problem(
          at, fmt::format("{}s", kind),
          fmt::format("{} is already the {} of line {}; a {} needs a name of its own", quote(name),
                      it->second.first, it->second.second, kind));
    };
    for (const Pipeline& pipeline : file_.pipelines) take(pipeline.name, pipeline.at, "pipeline");
    for (const Table& table : file_.tables) take(table.name, table.at, "table");
  }

  static void check_sqlite(const Spot& spot) {
    for (const char* key : {"password", "password_file", "tls", "ca", "verify"})
      if (spot.yaml.find(key) != nullptr)
        spot.problem_at(key, "has no meaning for SQLite; leave it out");
  }

  void check_database(const Database& database) const {
    const Yaml* yaml = written(root_, "databases", database.name);
    if (yaml == nullptr) return;
    const Spot spot{root_.reading, *yaml, "databases." + database.name};
    const auto has = [&](const char* key) { return yaml->find(key) != nullptr; };
    if (database.scheme == "sqlite") return check_sqlite(spot);
    if (has("password") && has("password_file"))
      spot.problem_at("password_file", "both `password` and `password_file`; say one");
    const auto* beside = yaml->find("password");
    const bool second = beside != nullptr && !beside->value.text.empty();
    if (database.url_has_password && (second || has("password_file")))
      spot.problem_at("url",
                      "there is a password in the url and one beside it; leave out the "
                      "url's");
    for (const char* key : {"ca", "verify"})
      if (has(key) && !database.tls) spot.problem_at(key, "needs `tls: true`");
  }

  void check_stream(std::string_view group, const Stream& stream) const {
    const Yaml* yaml = written(root_, group, stream.name);
    if (yaml == nullptr) return;
    const Spot spot{root_.reading, *yaml, stream.path};
    if (stream.topic == file_.dead_letters.topic && stream.on_error == OnError::DeadLetter)
      spot.problem(
          "it reads the dead letters and would write its own among them; say `on_error: "
          "skip` or `fail`");
    check_format(spot, stream);
    if (stream.generate && stream.from_file)
      spot.problem_at("from_file", "both `generate` and `from_file`; say one");
    if (file_.kafka.embedded()) return;
    for (const char* key : {"generate", "from_file"}) {
      if (yaml->find(key) == nullptr) continue;
      spot.problem_at(key,
                      fmt::format("needs `kafka: {{brokers: embedded}}`; to fill a topic on {}, "
                                  "say it in `sample` and run: streamworker produce -c {} {}",
                                  file_.kafka.brokers, file_.path, stream.name));
    }
  }

  // Either what it reads and its columns, or a topic and what is in it.
  void check_table(const Table& table) const {
    const Yaml* yaml = written(root_, "tables", table.name);
    if (yaml == nullptr || yaml->kind != Yaml::Kind::Map) return;
    const Spot spot{root_.reading, *yaml, "tables." + table.name};
    const auto has = [&](const char* key) { return yaml->find(key) != nullptr; };
    if (has("topic")) return check_topic_table(spot, table);
    for (const char* key :
         {"partitions", "schema", "format", "timestamp", "max_future", "coerce", "strict",
          "partitioner", "on_error", "sample", "generate", "from_file", "global"})
      if (has(key))
        spot.problem_at(key, "is for a table whose rows come from a topic: say `topic`");
    if (!has("from"))
      spot.problem(
          "what are its rows made of? Say `from`, what it reads, with `columns`; or `topic`, whose "
          "records are its rows");
    else if (!has("columns"))
      spot.problem("missing key \"columns\": SQL over aggregate calls: total: sum(amount)");
  }

  void check_topic_table(const Spot& spot, const Table& table) const {
    if (spot.yaml.find("from") != nullptr)
      return spot.problem_at("from", "both `from` and `topic`; say one");
    for (const char* key : {"where", "window", "columns", "having", "emit", "ttl"})
      if (spot.yaml.find(key) != nullptr)
        spot.problem_at(key,
                        fmt::format("the records of topic {} are this table's rows as they are; "
                                    "say it in a table or a pipeline with `from: {}`",
                                    table.source.topic, table.name));
    if (table.global) check_global(spot);
    if (table.source.schema.empty())
      spot.problem("missing key \"schema\": the fields of its rows, those of its key among them");
    else
      check_stream("tables", table.source);
  }

  // Each worker reads all of its topic for itself.
  static void check_global(const Spot& spot) {
    if (spot.yaml.find("sink") != nullptr)
      spot.problem_at("sink",
                      "every worker has the whole of a global table, and each would write its "
                      "changes: leave `global` or `sink` out");
    if (spot.yaml.find("partitioner") != nullptr)
      spot.problem_at("partitioner",
                      "has no meaning for a global table: every worker holds all partitions");
    const auto* on_error = spot.yaml.find("on_error");
    if (on_error != nullptr && on_error->value.text == "dead_letter")
      spot.problem_at("on_error",
                      "every worker reads a global table, and each would keep the same letters: "
                      "say skip (the default here) or fail");
  }

  static void check_format(const Spot& spot, const Stream& stream) {
    const Form form = stream.format.form;
    if (form == Form::Json) return;
    if (stream.strict)
      spot.problem_at("strict", "has no meaning for " + to_string(form) + "; it is for json");
    if (form == Form::Raw) return check_raw(spot, stream);
    if (stream.schema.empty() && spot.yaml.find("schema") == nullptr)
      spot.problem_at("format", "csv needs a `schema`: its fields are the columns, in their order");
  }

  // Each message is the one field, whatever stands there.
  static void check_raw(const Spot& spot, const Stream& stream) {
    const Field& field = stream.schema.front();
    if (field.type.type == Type::Any) return;  // told already
    const bool takes = field.type.type == Type::String || field.type.type == Type::Bytes;
    if (stream.schema.size() > 1 || !takes)
      return spot.problem_at("format",
                             "raw needs a schema of one field, a string or bytes, or none");
    if (stream.coerce) spot.problem_at("coerce", "has no meaning for raw; it is for json and csv");
    const auto at_field = [&](const char* problem) {
      spot.reading.problem(field.at, field.path, problem);
    };
    if (field.coerce) at_field("`coerce` has no meaning for raw; it is for json and csv");
    if (field.default_value)
      at_field("a default has no meaning for raw: no message lacks its field");
  }

  void check_pipeline(const Pipeline& pipeline) const {
    for (const Sink& sink : pipeline.sinks)
      if (const auto* topic = std::get_if<TopicSink>(&sink))
        if (topic->topic.value == file_.dead_letters.topic)
          root_.reading.problem(topic->topic.at, topic->topic.path,
                                "only the worker itself writes dead_letters.topic");
    const Yaml* yaml = written(root_, "pipelines", pipeline.name);
    if (yaml == nullptr) return;
    const Spot spot{root_.reading, *yaml, "pipelines." + pipeline.name};
    if (yaml->find("sink") != nullptr && pipeline.sinks.empty()) return;  // told already
    if (pipeline.batch && !takes_batches(pipeline))
      spot.problem_at("batch", "stands before a database or file sink only, and here is none");
    if (pipeline.paused && !can_be_paused(pipeline))
      spot.problem_at("paused",
                      pipeline.sinks.empty()
                          ? "stops a pipeline before its databases, and here is none"
                          : "stops a pipeline before its databases, and it has other sinks: give "
                            "those a pipeline of their own");
  }

  void check_timer(const Timer& timer) const {
    const Yaml* yaml = written(root_, "timers", timer.name);
    if (yaml == nullptr || yaml->kind != Yaml::Kind::Map) return;
    const Spot spot{root_.reading, *yaml, "timers." + timer.name};
    const auto has = [&](const char* key) { return yaml->find(key) != nullptr; };
    if (has("every") && has("cron")) spot.problem_at("cron", "both `every` and `cron`; say one");
    if (!has("every") && !has("cron"))
      spot.problem("when does it run? Say `every: 1h`, or `cron: 0 * * * *`");
    if (has("timezone") && !has("cron"))
      spot.problem_at("timezone", "has no meaning without `cron`");
    if (!timer.cron.empty()) check_cron(spot, timer);
    check_database_of(timer);
  }

  // The fields by themselves, then where their times are.
  static void check_cron(const Spot& spot, const Timer& timer) {
    const char* key = "cron";
    try {
      (void)Cron(timer.cron);
      key = "timezone";
      (void)Cron(timer.cron, timer.timezone);
    } catch (const std::invalid_argument& error) {
      spot.problem_at(key, error.what());
    }
  }

  void check_database_of(const Timer& timer) const {
    std::vector<std::string> known;
    for (const Database& database : file_.databases) known.push_back(database.name);
    const std::string& name = timer.database.value;
    if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
    root_.reading.problem(timer.database.at, timer.database.path,
                          "no database " + quote(name) + suggestion(name, known));
  }

  const Spot& root_;
  const File& file_;
};

}  // namespace

bool takes_batches(const Pipeline& pipeline) {
  return std::any_of(pipeline.sinks.begin(), pipeline.sinks.end(), [](const Sink& sink) {
    return std::holds_alternative<DatabaseSink>(sink) || std::holds_alternative<FileSink>(sink);
  });
}

bool can_be_paused(const Pipeline& pipeline) {
  return !pipeline.sinks.empty() &&
         std::all_of(pipeline.sinks.begin(), pipeline.sinks.end(),
                     [](const Sink& sink) { return std::holds_alternative<DatabaseSink>(sink); });
}

void check_rules(const Spot& root, const File& file) {
  if (root.is_map()) Rules(root, file).check();
}

}  // namespace streamworker::config
