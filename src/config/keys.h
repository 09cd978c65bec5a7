// Every key of the pipeline file: its name, where its value goes (whose initialiser is its
// default), its shape and one line of help, once. The parser, `show`, the JSON Schema and the
// reference all come from here; mapping.h says how.
#pragma once

#include "config/database_url.h"
#include "config/endpoints.h"
#include "config/fields.h"
#include "config/format.h"
#include "config/kafka_properties.h"
#include "config/keys_sinks.h"
#include "config/mapping.h"
#include "config/places.h"
#include "config/routes.h"
#include "config/scalars.h"
#include "config/select.h"
#include "config/sources.h"
#include "config/spec.h"
#include "config/tables.h"
#include "config/timers.h"

namespace streamworker::config {

// Mappings of the file that are no struct of their own in spec.h.
struct StateKeys {
  File& file;
};
struct HttpKeys {
  File& file;
};

template <class V>
void keys(V& v, Kafka& k) {
  v("brokers", k.brokers, Brokers{},
    "where Kafka is, also as kafka://host:port; `embedded`: no server, a log in the state folder");
  v("replication", k.replication, Whole{1, 32'767},
    "replicas of the topics that the worker creates; default: the broker's");
  v("properties", k, Properties{},
    "librdkafka's properties, passed through; beside each secret P also P_file, a file with it");
}

template <class V>
void keys(V& v, Commit& c) {
  v("every", c.every, Whole{1},
    "commit when a thread has taken this many records, or after the interval", Need::Live);
  v("interval", c.interval, Span{std::chrono::milliseconds(1), std::chrono::seconds(5)},
    "the longest time between two commits; at most 5s", Need::Live);
}

template <class V>
void keys(V& v, Watchdog& w) {
  v("stall", w.stall, Span{std::chrono::seconds(1)},
    "a task that makes no progress for so long, without a named reason, is not ready");
  v("exit", w.exit, Span{std::chrono::seconds(1)},
    "and after so long the process ends with 1, for its supervisor to start again");
}

template <class V>
void keys(V& v, StateKeys& s) {
  v("dir", s.file.state_dir, FilePath{}, "the folder of what the worker keeps on disk");
}

template <class V>
void keys(V& v, HttpKeys& h) {
  v("listen", h.file, Listen{}, "the address of the HTTP server; port 0: a free one");
  v("advertise", h.file.http_advertise, Address{},
    "host:port under which other workers reach this one's HTTP server; default: where it listens, "
    "the "
    "machine's name where that is 0.0.0.0");
  v("token_file", h.file.http_token, SecretFile{},
    "a file with the token that requests must bear, all but those of /health");
  v("insecure", h.file.http_insecure, Flag{},
    "listen beyond loopback without a token: who reaches the port can read everything");
  v("routes", h.file.routes, Routes{}, "paths of your own: rows of tables, queries of databases");
}

template <class V>
void keys(V& v, LogOptions& l) {
  v("level", l.level, log_levels(), "what is logged: this and all that is worse", Need::Live);
  v("format", l.format, Choice<std::string>{{{"text", "text"}, {"json", "json"}}},
    "`text` for people, `json` for machines");
  v("levels", l.levels, Levels{}, "a level per module, over `level`: {sink: debug}", Need::Live);
}

template <class V>
void keys(V& v, Database& d) {
  v("url", d, DatabaseUrl{},
    "mysql://user@host:3306/database, sqlite:file.db or sqlite:///folder/file.db", Need::Required);
  v("password", d.password, SecretText{}, "the user's password; better from ${A_VARIABLE}");
  v("password_file", d.password, SecretFile{},
    "a file that holds the password; only its owner may read it");
  v("tls", d.tls, Flag{}, "encrypt the connection");
  v("ca", d.ca, FilePath{}, "certificates to check the server's against; default: the system's");
  v("verify", d.verify, Flag{}, "with tls: refuse a server whose certificate does not fit");
}

template <class V>
void keys(V& v, Field& f) {
  v("type", f, TypeOf{},
    "string, int, double, bool, decimal(p,s), timestamp, date, uuid, bytes or json",
    Need::Required);
  v("default", f.default_value, DefaultOf{}, "the value where the record lacks the field");
  v("nullable", f.nullable, Flag{}, "may be null or missing; short: a ? behind the type");
  v("enum", f.one_of, Values{}, "all the values that it may have");
  v("min", f.min, Number{}, "the smallest number that it may be");
  v("max", f.max, Number{}, "the largest number that it may be");
  v("max_length", f.max_length, Whole{1}, "most characters of a string, most bytes of bytes");
  v("pattern", f.pattern, Words{"a regular expression"},
    "regular expression that the whole string must match");
  v("coerce", f.coerce, Flag{},
    "accept other JSON types that convert without loss (\"41\" as 41); default: the stream's");
  v("format", f.format, Words{"a format"},
    "of a timestamp: iso, unix, unix_ms, unix_us or a strptime pattern; of a date: iso or a "
    "pattern");
  v("timezone", f.timezone, Words{"a timezone"},
    "of a timestamp that names no offset, like Europe/Berlin");
}

template <class V>
void keys(V& v, Column& c) {
  v("expr", c.expression, expression(), "SQL expression", Need::Required);
  v("type", c.type, ResultType{}, "fixes the type of the result");
}

template <class V>
void keys(V& v, Generate& g) {
  v("fields", g.fields, Columns{false},
    "an expression for each field; with one_of(a, b, …), random_between(a, b), uuid()",
    Need::Required);
  v("rate", g.rate, Rate{}, "records per second; 0: as fast as possible");
  v("count", g.count, Whole{0}, "how many; default: for ever");
  v("seed", g.seed, Whole{}, "the same seed makes the same records");
}

template <class V>
void keys(V& v, FromFile& f) {
  v("path", f.path, FilePath{}, "the file: .jsonl, .csv or .json (an array)", Need::Required);
  v("follow", f.follow, Flag{}, "go on reading what is appended");
}

// Of a topic: a stream's, or one whose records are a table's rows.
template <class V>
void topic_keys(V& v, Stream& s) {
  v("topic", s.topic, TopicName{}, "its topic; default of a stream: its name");
  v("partitions", s.partitions, Whole{1, 100'000},
    "of the topic when the worker has to create it; default: the broker's");
  v("schema", s.schema, Fields{},
    "the fields; default: one column `value` of type json, opened with ->>; of type bytes when "
    "raw");
  v("format", s.format, Chain{},
    "how values are written: json, csv or raw, then any of base64, gzip, zlib, snappy, lz4, zstd: "
    "json|gzip");
  v("timestamp", s.timestamp, TextOf{"field"},
    "the field that is the event time; default, and where it is null: Kafka's timestamp");
  v("max_future", s.max_future, Span{},
    "an event time further ahead of the wall clock is an error");
  v("coerce", s.coerce, Flag{}, "accept other JSON types that convert without loss");
  v("strict", s.strict, Flag{}, "fields that the schema lacks are errors (but `__faust`)");
  v("partitioner", s.partitioner,
    Choice<Partitioner>{{{"murmur2", Partitioner::Murmur2},
                         {"crc32", Partitioner::Crc32},
                         {"unknown", Partitioner::Unknown}}},
    "how the producers chose the partition: murmur2 as Java does, crc32 as librdkafka does");
  v("on_error", s.on_error,
    Choice<OnError>{
        {{"dead_letter", OnError::DeadLetter}, {"skip", OnError::Skip}, {"fail", OnError::Fail}}},
    "a record that cannot be processed: keep it in the dead-letter topic, or only count it, and go "
    "on; or stop the worker");
  v("sample", s.sample, Sample{}, "what `streamworker produce` fills the topic with");
  v("generate", s.generate, Mapping{},
    "fills the topic with records made of expressions; with brokers: embedded only");
  v("from_file", s.from_file, FileSource{},
    "fills the topic from a file; with brokers: embedded only");
}

template <class V>
void keys(V& v, Stream& s) {
  topic_keys(v, s);
  v("tombstones", s.pass_tombstones, Choice<bool>{{{"drop", false}, {"pass", true}}},
    "records with a null value: drop and count them, or pass them: sinks then delete by key");
  v("key", s.key, Names{"field"},
    "what the topic is keyed by; read from the key when the value lacks it");
}

template <class V>
void keys(V& v, DeadLetters& d) {
  v("topic", d.topic, TopicName{}, "where bad records are kept; default: <app>-dead-letters");
}

template <class V>
void keys(V& v, Explode& e) {
  v("as", e.as, Words{"a name"}, "the name of the field that takes one element", Need::Required);
  v("of", e.of, expression(), "the array: a field of type json, or an expression", Need::Required);
}

template <class V>
void keys(V& v, BatchLimits& b) {
  v("size", b.size, Whole{1, 1'000'000}, "most records of a batch", Need::Live);
  v("window", b.window, Span{}, "longest wait for a batch to fill", Need::Live);
}

template <class V>
void keys(V& v, Pipeline& p) {
  v("from", p.from, Names{"stream or pipeline"}, "what it reads; more than one: their union",
    Need::Required);
  v("where", p.where, expression(), "records for which this is not true are left out");
  v("select", p.select, Selects{},
    "the fields of what goes on; \"*\" keeps all, except: [a, b] keeps all but these");
  v("explode", p.explode, Mapping{}, "one record per element of an array");
  v("partition_key", p.partition_key, expression(),
    "records with the same key go to the same task, through a topic of the worker's own");
  v("batch", p.batch, Mapping{}, "how records are gathered for database and file sinks");
  v("paused", p.paused, Flag{},
    "true: nothing goes to its databases, its position stays; database sinks only", Need::Live);
  v("sink", p.sinks, Sinks{}, "where they go");
}

template <class V>
void keys(V& v, Settings& s) {
  v("database", s.database, TextOf{"name of a database"},
    "one of `databases`; its table streamworker_settings holds the settings", Need::Required);
  v("poll", s.poll, Span{std::chrono::milliseconds(100), std::chrono::hours(1)},
    "how often they are read");
}

template <class V>
void keys(V& v, Timer& t) {
  v("every", t.every, Span{std::chrono::milliseconds(100)},
    "how often it runs, counted from the epoch, so that 1h is each full hour (UTC)", Need::Live);
  v("cron", t.cron, CronFields{}, "when it runs, instead of `every`", Need::Live);
  v("timezone", t.timezone, Words{"a timezone"}, "of `cron`, like Europe/Berlin");
  v("database", t.database, TextOf{"name of a database"}, "one of `databases`", Need::Required);
  v("sql", t.sql, Statements{},
    "what it runs, in one session; a run that fails begins again with the first", Need::Required);
  v("params", t.params, Parameters{},
    "what :name in the statements stands for; `now` and queries' results stay when a run is tried "
    "again",
    Need::Live);
  v("on", t.every_worker, Choice<bool>{{{"leader", false}, {"every_worker", true}}},
    "once among all workers, or on each of them; the latter is not repeated after a stop or a "
    "kill");
  v("catch_up", t.catch_up,
    Choice<CatchUp>{{{"none", CatchUp::None}, {"last", CatchUp::Last}, {"all", CatchUp::All}}},
    "which of the runs that were missed while no worker ran are done");
  v("enabled", t.enabled, Flag{}, "false: it does not run", Need::Live);
}

template <class V>
void keys(V& v, File& f) {
  StateKeys state{f};
  HttpKeys http{f};
  v("app", f.app, TopicName{100}, "consumer group and prefix of every internal topic",
    Need::Required);
  v("kafka", f.kafka, Mapping{}, "the log that the worker reads and writes");
  v("commit", f.commit, Mapping{}, "how often positions are committed");
  v("offset_reset", f.offset_reset,
    Choice<OffsetReset>{{{"earliest", OffsetReset::Earliest},
                         {"latest", OffsetReset::Latest},
                         {"fail", OffsetReset::Fail}}},
    "where a source partition without position starts");
  v("threads", f.threads, Threads{}, "members of the consumer group; auto: as many as cores");
  v("memory", f.memory, Size{16LL << 20},
    "half for fetched messages; the rest for rows, block cache and write buffers");
  v("state", state, Mapping{}, "what the worker keeps on disk");
  v("http", http, Mapping{}, "health, metrics and queries");
  v("log", f.log, Mapping{}, "the worker's own log, on stderr");
  v("dead_letters", f.dead_letters, Mapping{},
    "the records of streams that say on_error: dead_letter");
  v("instance", f.instance, TopicName{},
    "static membership: a restart within the session moves nothing");
  v("drain", f.drain, Span{Duration(1), std::chrono::minutes(10)},
    "longest wait at revoke and stop for what is in flight");
  v("watchdog", f.watchdog, Mapping{}, "what happens when a task makes no progress");
  v("databases", f.databases, Named{"database", true},
    "the databases that sinks write to, by name");
  v("streams", f.streams, Named{"stream"}, "topics with a schema, by name");
  v("pipelines", f.pipelines, Named{"pipeline"}, "what is done with the streams, by name");
  v("tables", f.tables, Named{"table", true}, "what is kept of them, a row for each key, by name");
  v("timers", f.timers, Named{"timer", true}, "SQL on a schedule, by name");
  v("settings", f.settings, Mapping{}, "keys that are changed while the worker runs");
}

}  // namespace streamworker::config
