// The pipeline file as plain structs: what the user wrote, checked for shape, not for meaning.
//
// Names of streams, pipelines and columns that must exist, types of expressions and cycles are
// checked where the file is compiled (runtime/). Every text that can be wrong there carries its
// place in the file. `config/keys.h` says each key's name, default and help, once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "record/schema.h"

namespace streamworker::config {

// A place in the file, from 1; 0: the value is a default or came from the command line; below 0: it
// is a live setting.
struct Mark {
  int line = 0;
  int column = 0;
};

// A text of the user's with its place: a name to be resolved, an expression to be compiled.
struct Text {
  std::string value;
  Mark at;
  std::string path;  // "pipelines.store.where"
};

struct Field {
  std::string name;
  Mark at;
  std::string path;
  FieldType type;
  std::optional<std::string> default_value;  // as text, checked against the type
  bool nullable = false;
  std::vector<std::string> one_of;  // `enum`; empty: any
  std::optional<double> min;
  std::optional<double> max;
  std::optional<int64_t> max_length;   // characters of a string, bytes of bytes
  std::optional<std::string> pattern;  // regular expression, must match the whole string
  std::optional<bool> coerce;          // none: the stream's
  std::string format = "iso";          // of a timestamp or date
  std::string timezone = "UTC";
};

// `name: expression` or `name: {expr, type}`.
struct Column {
  std::string name;
  Text expression;
  std::optional<FieldType> type;
};

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

// How the values of a topic are written: a form, and then packings from the inside out. What
// json|gzip|base64 says is JSON, compressed, the bytes then as text.
enum class Form { Json, Csv, Raw };
enum class Packing { Base64, Gzip, Zlib, Snappy, Lz4, Zstd };
struct Format {
  Form form = Form::Json;
  std::vector<Packing> packings{};
  Mark at{};
  std::string path{};  // "streams.data.format"
  bool operator==(const Format& other) const {
    return form == other.form && packings == other.packings;
  }
};

enum class Partitioner { Murmur2, Crc32, Unknown };
// From the loosest to the strictest.
enum class OnError { Skip, DeadLetter, Fail };

struct Stream {
  std::string name;
  Mark at;
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
  LogOptions log;
  DeadLetters dead_letters;
  std::string instance;
  Duration drain = std::chrono::seconds(8);
  Watchdog watchdog;
  std::vector<Database> databases;  // in the order of the file
  std::vector<Stream> streams;
  std::vector<Pipeline> pipelines;
  std::optional<Settings> settings;
  std::vector<Timer> timers;
};

}  // namespace streamworker::config
