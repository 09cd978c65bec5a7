#include "config/format.h"

#include "config/show.h"
#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

namespace {

Format read(const std::string& text) {
  return parsed("app: a\nstreams: {data: {schema: {id: string}, format: " + text + "}}\n")
      .streams.front()
      .format;
}

}  // namespace

TEST_CASE("a format is a form and packings in the order of writing") {
  CHECK(parsed(minimal()).streams.front().format == Format{});
  CHECK(read("json") == Format{});
  CHECK(read("csv").form == Form::Csv);
  const Format chain = read("\"raw | gzip|base64 \"");
  CHECK(chain.form == Form::Raw);
  CHECK(chain.packings == std::vector<Packing>{Packing::Gzip, Packing::Base64});
  CHECK(chain.path == "streams.data.format");
  CHECK(chain.at.line == 2);
  for (const std::string text : {"json", "csv|zlib|snappy", "raw|lz4|zstd|zstd|gzip|base64"})
    CHECK(to_string(read(text)) == text);
  CHECK_FALSE(read("json|gzip") == read("json|zlib"));
}

TEST_CASE("what is shown is read again") {
  const std::string text =
      "app: a\nstate: {dir: /tmp/state}\n"
      "streams: {data: {format: json | gzip}, blob: {format: raw}}\n"
      "pipelines: {p: {from: data, sink: {topic: out, format: json|zstd}}}\n";
  const File file = parsed(text);
  const File again = parsed(show(file));
  CHECK(show(again) == show(file));
  CHECK(to_string(again.streams[0].format) == "json|gzip");
  CHECK(to_string(std::get<TopicSink>(again.pipelines[0].sinks[0]).format) == "json|zstd");
}

TEST_CASE("raw without schema is one column of bytes") {
  const File file = parsed("app: a\nstreams: {data: {format: raw}}\n");
  REQUIRE(file.streams[0].schema.size() == 1);
  CHECK(file.streams[0].schema[0].name == "value");
  CHECK(file.streams[0].schema[0].type == FieldType{Type::Bytes});
}

TEST_CASE("a format may come from a variable or the command line") {
  CHECK(to_string(
            parsed("app: a\nstreams: {data: {format: \"${F:-json|lz4}\"}}\n").streams[0].format) ==
        "json|lz4");
  const File file = parsed(minimal(), {}, {{"streams.data.format", "json|gzip"}});
  CHECK(to_string(file.streams[0].format) == "json|gzip");
  CHECK(contains(said(minimal(), {}, {{"streams.data.format", "json|gzp"}}),
                 "unknown packing \"gzp\"; did you mean"));
}

}  // namespace streamworker::config
