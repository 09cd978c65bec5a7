// CSV (RFC 4180) → JSON objects, whose values have the types of the stream's fields.
//
// The first row names the columns. A field in quotes may hold commas, line ends and doubled quotes;
// a line ends with LF or CRLF; blank lines are skipped. An empty field without quotes is null where
// the stream's field may be null, an empty string where it is a string, else it is left out (so
// that its default applies). What is not of its field's form is written as a string, for the
// decoder to judge.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_decoder.h"
#include "config/spec.h"
#include "source/splitter.h"

namespace streamworker {

struct CsvField {
  std::string text;
  bool quoted = false;
};

// One row a record, as it stands there.
class RowSplitter final : public Splitter {
 public:
  Result<Piece> cut(const Ahead& ahead) override;
};

// A row that RowSplitter cut. Stop: a quote within a field that has none at its beginning, or
// behind its end.
Result<std::vector<CsvField>> read_row(std::string_view row);

class CsvToJson {
 public:
  explicit CsvToJson(const config::Stream& stream);

  // The first row. Stop: a name stands there twice.
  Result<void> take_header(const std::vector<CsvField>& names);
  bool has_header() const { return !columns_.empty(); }
  // Stop: not as many fields as the header has.
  Result<void> append(const std::vector<CsvField>& row, std::string& out);

 private:
  struct Target {
    std::string opening;  // `"name":`
    FieldType type{Type::String};
    bool nullable = false;
  };
  void append_field(const Target& target, const CsvField& field, std::string& out);
  bool is_json(std::string_view text);

  const config::Stream& stream_;
  std::vector<Target> columns_;
  JsonDecoder any_json_;  // of a stream without schema
  Arena arena_;
};

}  // namespace streamworker
