// The pipeline file as plain structs: what the user wrote, checked for shape, not for meaning.
//
// Names of streams, pipelines and columns that must exist, types of expressions and cycles are
// checked where the file is compiled (runtime/). Every text that can be wrong there carries its
// place in the file. `config/keys.h` says each key's name, default and help, once.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "config/spec_parts.h"

namespace streamworker::config {

struct Generate {
  std::vector<Column> fields;
  double rate = 0;  // records per second; 0: as fast as possible
  std::optional<int64_t> count;
  int64_t seed = 1;
};

struct FromFile {
  std::string path;  // resolved against the pipeline file's folder; .jsonl .csv .json
  bool follow = false;
  Mark at;
};

enum class Partitioner { Murmur2, Crc32, Unknown };
// From the loosest to the strictest.
enum class OnError { Skip, DeadLetter, Fail };

struct Stream {
  std::string name;
  Mark at;
  std::string path;               // "streams.data"; of a table "tables.users"
  bool is_table = false;          // its records are the rows of the table of this name
  std::string topic;              // default: the name
  std::optional<int> partitions;  // when the worker has to create the topic
  std::vector<Field> schema;      // empty: one column `value` of type json
  Format format;
  std::optional<Text> timestamp;  // a field's name; none: Kafka's timestamp
  Duration max_future = std::chrono::hours(24);
  bool coerce = false;
  bool strict = false;
  bool pass_tombstones = false;  // `tombstones: pass`
  std::vector<Text> key;
  Partitioner partitioner = Partitioner::Murmur2;
  OnError on_error = OnError::DeadLetter;
  std::optional<std::variant<Generate, FromFile>> sample;
  std::optional<Generate> generate;   // embedded log only
  std::optional<FromFile> from_file;  // embedded log only
};

// One mapping of `select`.
struct Select {
  bool all = false;  // "*"
  std::vector<Text> except;
  std::vector<Column> columns;
  Mark at;
};

struct Explode {
  std::string as;
  Text of;
};

struct BatchLimits {
  int64_t size = 1000;
  Duration window = std::chrono::seconds(1);
};

struct DatabaseSink {
  Text database;
  Text table;
  bool upsert = false;    // else insert
  std::vector<Text> key;  // of an upsert
  std::optional<Text> newest;
  std::vector<Column> columns;  // empty: all, under their own names
  bool create = false;
};
struct TopicSink {
  Text topic;
  std::optional<Text> key;  // an expression; none: partition_key, else the record's key
  Format format;
};
struct FileSink {
  std::string path;  // one file per task: `-<partition>` goes before the extension
  Mark at;
};
struct LogSink {
  std::optional<Text> expression;  // none: the whole record with its origin
  std::string level = "info";
};
using Sink = std::variant<DatabaseSink, TopicSink, FileSink, LogSink>;

struct Pipeline {
  std::string name;
  Mark at;
  std::vector<Text> from;  // streams or pipelines; more than one: union
  std::optional<Text> where;
  std::vector<Select> select;
  std::optional<Explode> explode;
  std::optional<Text> partition_key;  // an expression
  std::optional<BatchLimits> batch;
  std::optional<bool> paused;  // none: no
  std::vector<Sink> sinks;
};

// One of the three kinds, by which of the durations is there.
enum class Emit { Changes, Final };

inline constexpr Duration kIdleTimeout = std::chrono::minutes(1);

struct Window {
  Mark at;
  std::string path;  // "tables.t.window"
  std::optional<Duration> tumbling;
  std::optional<Duration> hopping;
  std::optional<Duration> every;  // of hopping
  std::optional<Duration> session;
  std::optional<Duration> grace;    // see grace_with
  std::optional<Duration> expires;  // see kept
  Duration idle_timeout = kIdleTimeout;
  std::optional<Duration> close_when_idle;
  bool keep_late = false;  // `late: dead_letter`
  Duration size() const { return tumbling ? *tumbling : hopping ? *hopping : *session; }
  // How long a row is there after its window's end.
  Duration kept() const {
    return expires.value_or(std::max<Duration>(std::chrono::hours(1), 2 * size()));
  }
  // A record may not come for a row that is gone.
  Duration grace_with(Emit emit) const {
    return grace.value_or(emit == Emit::Final ? Duration(0) : std::min(size(), kept()));
  }
};

// Of what it reads (`from`), or of a topic whose records are its rows (`source`).
struct Table {
  std::string name;
  Mark at;
  std::vector<Text> from;  // streams, pipelines or tables; more than one: union
  Stream source;           // its key is the table's
  bool global = false;     // every worker holds all partitions
  bool has_topic() const { return !source.topic.empty(); }
  std::optional<Text> where;
  std::vector<Column> key;
  std::optional<Window> window;
  std::vector<TableColumn> columns;
  std::optional<Text> having;
  Emit emit = Emit::Changes;
  std::optional<Duration> ttl;  // of a row, since its last change
  std::vector<Sink> sinks;
};

struct Kafka {
  std::string brokers = "localhost:9092";  // `embedded`: no server; a scheme kafka:// is cut off
  std::optional<int> replication;
  std::map<std::string, std::string> properties;  // handed to librdkafka
  std::map<std::string, Secret> secrets;          // those of them that must not be shown
  bool embedded() const { return brokers == "embedded"; }
};

struct Commit {
  std::optional<int64_t> every;
  Duration interval = std::chrono::seconds(1);
};

enum class OffsetReset { Earliest, Latest, Fail };

struct Database {
  std::string name;
  Mark at;
  std::string url;     // without the password
  std::string scheme;  // mysql | sqlite
  std::string user;
  Secret password;  // of `password`, `password_file` or the url
  bool url_has_password = false;
  std::string host;
  int port = 3306;
  std::string database;  // or the SQLite file's path, resolved
  bool tls = false;
  std::string ca;
  bool verify = true;
};

// Live settings: where their table is.
struct Settings {
  Text database;
  Duration poll = std::chrono::seconds(5);
};

// How long a task may make no progress: until it is said to, until the process ends.
struct Watchdog {
  Duration stall = std::chrono::minutes(5);
  Duration exit = std::chrono::minutes(15);
};

struct DeadLetters {
  std::string topic;  // default: <app>-dead-letters
};

// One of a timer's: what `:name` in its statements stands for.
struct Parameter {
  enum class Kind { Constant, ScheduledAt, Now, LastRun, Query };
  std::string name;
  Kind kind = Kind::Constant;
  std::string text;  // as it was written; of a query the statement
  Duration shift{};  // added to a moment
};

enum class CatchUp { None, Last, All };

struct Timer {
  std::string name;
  Mark at;
  std::optional<Duration> every;  // aligned to the epoch; either this or `cron`
  std::string cron;
  std::string timezone = "UTC";  // of `cron`
  Text database;
  std::vector<Text> sql;
  std::vector<Parameter> params;
  bool every_worker = false;  // `on: every_worker`, else leader
  CatchUp catch_up = CatchUp::Last;
  bool enabled = true;
};

// A segment of a path, or a piece of a text: itself, or the name of a parameter.
struct PathPart {
  std::string text;
  bool parameter = false;
};
struct Constant {
  Text column;
  std::optional<std::string> value;  // as text; none: null
};
// What is answered under a path of the user's: a row of a table, or the rows of a query.
struct Route {
  std::string path;  // "/customer/{id}"
  Mark at;
  std::vector<PathPart> parts;  // its segments
  std::optional<Text> table;
  std::vector<Text> key;  // for each field of the table's key; `{id}` in it is a parameter
  std::vector<Column> select;
  std::optional<std::vector<Constant>> fallback;  // `default`
  std::optional<Text> database;
  std::optional<Text> sql;
};

struct LogOptions {
  std::string level = "info";
  std::string format = "text";
  std::map<std::string, std::string> levels;
};

struct Source;  // parse.h

struct File {
  std::shared_ptr<const Source> source;  // what it was read from
  std::string path;                      // as given on the command line
  std::string folder;                    // what relative paths are relative to
  std::string app;
  Kafka kafka;
  Commit commit;
  OffsetReset offset_reset = OffsetReset::Earliest;
  int threads = 1;  // `auto` was resolved
  int64_t memory = 1LL << 30;
  std::string state_dir = "state";  // resolved
  std::string http_host = "127.0.0.1";
  int http_port = 6066;
  Secret http_token;  // empty: none is asked for
  bool http_insecure = false;
  std::string http_advertise;  // host:port for other workers; empty: where it listens
  std::vector<Route> routes;
  LogOptions log;
  DeadLetters dead_letters;
  std::string instance;
  Duration drain = std::chrono::seconds(8);
  Watchdog watchdog;
  std::vector<Database> databases;  // in the order of the file
  std::vector<Stream> streams;
  std::vector<Pipeline> pipelines;
  std::vector<Table> tables;
  std::optional<Settings> settings;
  std::vector<Timer> timers;
};

}  // namespace streamworker::config
