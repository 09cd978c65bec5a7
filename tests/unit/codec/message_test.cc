// Formats as a whole: messages of a stream into rows and rows into messages.
#include "codec/json_to_message.h"
#include "codec/message_decoder.h"
#include "unit/catch.h"
#include "unit/codec/stream_text.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)
using config::Form;
using config::Format;
using config::Packing;

namespace {

config::Stream stream_of(const std::string& fields, Format format) {
  config::Stream stream = test::stream_of(fields);
  stream.format = std::move(format);
  return stream;
}

std::string rows_as_json(const Batch& batch) {
  std::string out;
  for (size_t i = 0; i < batch.size(); ++i)
    REQUIRE(JsonEncoder(batch.schema()).append(batch.row(i), out));
  return out;
}

}  // namespace

TEST_CASE("rows of packed messages live as long as their batch") {
  for (const Form form : {Form::Json, Form::Csv}) {
    for (const std::vector<Packing>& packings : {std::vector<Packing>{},
                                                 {Packing::Gzip},
                                                 {Packing::Base64},
                                                 {Packing::Lz4, Packing::Base64}}) {
      const config::Stream stream = stream_of("id int; text string", {form, packings});
      JsonToMessage write(stream);
      MessageDecoder decoder(stream);
      CHECK(decoder.unpacks() == !packings.empty());
      Batch batch(decoder.schema());
      std::vector<std::string> messages;
      std::string expected;
      for (int i = 0; i < 300; ++i) {
        const std::string json = R"({"id":)" + std::to_string(i) + R"(,"text":"\"text\" )" +
                                 std::string(static_cast<size_t>(i), 'x') + "\"}";
        expected += json;
        messages.emplace_back(*write.convert(json));
      }
      for (const std::string& message : messages) {
        Meta meta;
        REQUIRE(decoder.decode(message, meta, batch.arena(), WallTime(), batch.add(meta)));
      }
      CHECK((rows_as_json(batch) == expected));
    }
  }
}

TEST_CASE("raw messages") {
  MessageDecoder bytes(stream_of("value bytes", {Form::Raw}));
  MessageDecoder text(stream_of("line string len=5", {Form::Raw}));
  Batch batch(bytes.schema());
  Meta meta;
  Value* row = batch.add(meta);
  REQUIRE(bytes.decode(std::string_view("\xff\0x", 3), meta, batch.arena(), WallTime(), row));
  CHECK(row->as_view() == std::string_view("\xff\0x", 3));
  REQUIRE(bytes.decode("", meta, batch.arena(), WallTime(), row));
  CHECK(*row == Value::of_bytes(""));
  REQUIRE(text.decode("Zoë", meta, batch.arena(), WallTime(), row));
  CHECK(*row == Value::of_string("Zoë"));
  CHECK(text.decode("a\xff", meta, batch.arena(), WallTime(), row).error().message ==
        "invalid UTF-8 at byte 1");
  CHECK(text.decode("abcdef", meta, batch.arena(), WallTime(), row).error().message ==
        "the message is longer than 5");
}

TEST_CASE("raw is written as it is") {
  const Schema schema({{"v", {Type::Any}}});
  MessageEncoder encoder(schema, {Form::Raw});
  Value value = Value::of_bytes("\xff");
  CHECK(*encoder.encode(&value) == "\xff");
  value = Value::of_string("text");
  CHECK(*encoder.encode(&value) == "text");
  value = Value();
  CHECK(encoder.encode(&value).error().message == "a null, which raw cannot say");
  value = Value::of_int(1);
  CHECK(encoder.encode(&value).error().remedy == Remedy::Skip);
  CHECK(MessageEncoder::raw_fits(schema));
  CHECK_FALSE(MessageEncoder::raw_fits(Schema({{"v", {Type::Int}}})));
  CHECK_FALSE(MessageEncoder::raw_fits(Schema({{"v", {Type::String}}, {"w", {Type::String}}})));
}

TEST_CASE("records that are JSON, in a stream's format") {
  JsonToMessage plain(stream_of("id int", {}));
  CHECK(*plain.convert("no json") == "no json");
  JsonToMessage packed(stream_of("id int", {Form::Json, {Packing::Base64}}));
  CHECK(*packed.convert("{}") == "e30=");
  JsonToMessage csv(stream_of("id int; name string =none", {Form::Csv}));
  CHECK(*csv.convert(R"({"name":"a,b","id":1})") == R"(1,"a,b")");
  CHECK(*csv.convert(R"({"id":2})") == "2,none");
  CHECK(csv.convert(R"({"id":"x"})").error().message == R"($.id at byte 6: "x" is not an int)");
  JsonToMessage raw(stream_of("value bytes", {Form::Raw, {Packing::Base64}}));
  CHECK(*raw.convert(R"({"value":"AP8="})") == "AP8=");
}

TEST_CASE("a message that cannot be unpacked says which packing failed") {
  MessageDecoder decoder(stream_of("id int", {Form::Json, {Packing::Gzip, Packing::Base64}}));
  Batch batch(decoder.schema());
  Meta meta;
  Value* row = batch.add(meta);
  const auto fails = [&](std::string_view message) {
    return decoder.decode(message, meta, batch.arena(), WallTime(), row).error().message;
  };
  CHECK(fails("{}") == "base64: not base64 with its padding");
  CHECK(fails("e30=") == "gzip: incorrect header check");
  CHECK(fails("") == "gzip: it is cut short");
}
