// The keys of sinks; keys.h says what such a page is.
#pragma once

#include "config/fields.h"
#include "config/format.h"
#include "config/mapping.h"
#include "config/places.h"
#include "config/scalars.h"
#include "config/select.h"
#include "config/sinks.h"
#include "config/spec.h"

namespace streamworker::config {

template <class V>
void keys(V& v, UpsertKeys& u) {
  v("key", u.sink.key, Names{"column"}, "the table's key", Need::Required);
  v("newest", u.sink.newest, TextOf{"column"},
    "of two rows with one key the one that is larger here stays");
}

template <class V>
void keys(V& v, DatabaseSink& s) {
  v("database", s.database, TextOf{"name of a database"}, "one of `databases`", Need::Required);
  v("table", s.table, TextOf{"table"}, "the table that is written", Need::Required);
  v("insert", s, Insert{}, "each record is a new row");
  v("upsert", s, Upsert{}, "a record replaces the row with the same key");
  v("columns", s.columns, Columns{},
    "the columns and what they get; default: all fields under their own names");
  v("create", s.create, Flag{}, "create the table when it is missing");
}

template <class V>
void keys(V& v, TopicSink& s) {
  v("topic", s.topic, TextOf{"topic"}, "the topic that is written", Need::Required);
  v("key", s.key, expression(), "the key; default: partition_key, else the record's key");
  v("format", s.format, Chain{}, "how its values are written, as a stream's");
}

template <class V>
void keys(V& v, FileSink& s) {
  v("file", s.path, FilePath{}, "one file per task: `-<partition>` goes before the extension",
    Need::Required);
}

template <class V>
void keys(V& v, LogSink& s) {
  v("log", s.expression, Logged{},
    "true: each record with its origin; an expression: its text alone", Need::Required);
  v("level", s.level, log_levels(), "the level of these lines");
}

}  // namespace streamworker::config
