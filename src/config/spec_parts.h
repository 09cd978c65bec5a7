// What the structs of spec.h are made of: texts with their place in the file, fields, columns.
#pragma once

#include <optional>
#include <string>
#include <vector>

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

// A column of a table; with `init` a fold: `{init, next, type}`, whose `expression` is its next.
struct TableColumn : Column {
  std::optional<Text> init;
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

}  // namespace streamworker::config
