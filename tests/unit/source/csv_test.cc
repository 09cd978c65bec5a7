#include "source/csv.h"

#include "unit/catch.h"
#include "unit/source/files.h"

namespace streamworker {
namespace {

using Fields = std::vector<std::pair<std::string, bool>>;

Fields fields_of(const std::string& row) {
  const auto read = read_row(row);
  if (!read) return {{"error: " + read.error().message, false}};
  Fields fields;
  for (const CsvField& field : *read) fields.emplace_back(field.text, field.quoted);
  return fields;
}

config::Stream typed() {
  config::Stream stream;
  stream.schema = {
      stream_field("s", {Type::String}),
      stream_field("sn", {Type::String}, true),
      stream_field("i", {Type::Int}),
      stream_field("in", {Type::Int}, true),
      stream_field("m", {Type::Decimal, 10, 3}),
      stream_field("b", {Type::Bool}),
      stream_field("j", {Type::Json}),
      stream_field("t", {Type::Timestamp}),
  };
  return stream;
}

std::string json_of(const config::Stream& stream, const std::string& header,
                    const std::string& row) {
  CsvToJson csv(stream);
  std::string out;
  if (auto taken = csv.take_header(*read_row(header)); !taken) return taken.error().message;
  if (auto made = csv.append(*read_row(row), out); !made) return made.error().message;
  return out;
}

}  // namespace

TEST_CASE("source: the fields of a row") {
  CHECK(fields_of("a,b") == Fields{{"a", false}, {"b", false}});
  CHECK(fields_of("") == Fields{{"", false}});
  CHECK(fields_of(",") == Fields{{"", false}, {"", false}});
  CHECK(fields_of("\"\",x") == Fields{{"", true}, {"x", false}});
  CHECK(fields_of("\"a,\"\"b\"\"\n\"") == Fields{{"a,\"b\"\n", true}});
  CHECK(fields_of("a\"b") ==
        Fields{{"error: a quote within a field that has none at its beginning", false}});
  CHECK(fields_of("\"a\"b") == Fields{{"error: something follows a field's last quote", false}});
  CHECK(fields_of("\"a") == Fields{{"error: a quote is never closed", false}});
}

TEST_CASE("source: a row as JSON, by the types of the stream") {
  const config::Stream stream = typed();
  const auto [header, row, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"s,i,m,b", "x,1,1.50,true", R"({"s":"x","i":1,"m":1.50,"b":true})"},
      {"s,sn", "1,2", R"({"s":"1","sn":"2"})"},
      {"s,sn,in", ",,", R"({"s":"","sn":null,"in":null})"},
      {"s,sn,in", "\"\",\"\",\"\"", R"({"s":"","sn":"","in":""})"},
      {"i,m,b", ",,", "{}"},
      {"i,s", ",x", R"({"s":"x"})"},
      {"i", "1e3", R"({"i":1e3})"},
      {"i", "01", R"({"i":"01"})"},
      {"i", "NaN", R"({"i":"NaN"})"},
      {"i", "-", R"({"i":"-"})"},
      {"i", "1.", R"({"i":"1."})"},
      {"m", "-0.5E-2", R"({"m":-0.5E-2})"},
      {"b", "yes", R"({"b":"yes"})"},
      {"j", "\"{\"\"a\"\": [1]}\"", R"({"j":{"a": [1]}})"},
      {"j", "\"1,\"\"s\"\":2\"", R"({"j":"1,\"s\":2"})"},
      {"t", "2026-01-31 12:00:00", R"({"t":"2026-01-31 12:00:00"})"},
      {"t", "1500", R"({"t":1500})"},
      {"else,s", "1,\"a\"\"b\n\"", R"({"else":"1","s":"a\"b\n"})"},
      {"s", "a,b", "a row of 2 fields under a header of 1"},
      {"s,i,s", "1,2,3", "the column s stands twice in the first row"},
  }));
  CAPTURE(header, row);
  CHECK(json_of(stream, header, row) == expected);
}

}  // namespace streamworker
