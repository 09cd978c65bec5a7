// Messages that were damaged at random, with a fixed seed: whatever comes, the decoder answers with
// a row or an error, reads nothing beyond the message, and what it accepts is a fixed point:
// written and decoded again it is the same row.
#include <random>

#include "codec/json_decoder.h"
#include "codec/json_encoder.h"
#include "record/utf8.h"
#include "unit/catch.h"
#include "unit/codec/stream_text.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view kMessage =
    R"({"s":"text \u00e9\ud83d\ude00 \n é€😀","i":-42,"d":1.5e3,"b":true,"n":12.345,)"
    R"("t":"2020-04-08T18:07:32.168Z","day":"2020-04-08","u":"0f8fad5b-d9cb-469f-a165-70867728950e",)"
    R"("bin":"AP8=","j":{"a":[1,{"b":null}],"c":"\"x\""},"other":[[],{}]})";
constexpr std::string_view kPieces[] = {"\"", "\\", "{",   "}",       "[",      "]",
                                        ",",  ":",  "\\u", "\\udc00", "1e999",  "null",
                                        "-",  ".",  "e",   "0",       "\"s\":", "\xED\xA0\x80",
                                        " "};

std::string damaged(std::mt19937& random) {
  std::string message(kMessage);
  for (auto changes = 1 + random() % 3; changes > 0; --changes) {
    const size_t at = random() % message.size();
    switch (random() % 4) {
      case 0:
        message[at] = static_cast<char>(random());
        break;
      case 1:
        message.erase(at, 1 + random() % 4);
        break;
      case 2:
        message.insert(at, kPieces[random() % std::size(kPieces)]);
        break;
      default:
        message.resize(at + 1);
        break;
    }
    if (message.empty()) message = "{";
  }
  return message;
}

}  // namespace

TEST_CASE("damaged messages are decoded or refused") {
  JsonDecoder decoder(
      test::stream_of("s string; i int; d double; b bool; n decimal(10,3); t timestamp; day date; "
                      "u uuid; bin bytes;"
                      "j json"));
  const JsonEncoder encoder(decoder.schema());
  const WallTime now{std::chrono::hours(24 * 365 * 55)};
  std::mt19937 random(4);
  size_t taken = 0;
  constexpr size_t kRounds = 40'000;
  Batch batch(decoder.schema());
  for (size_t round = 0; round < kRounds; ++round) {
    const std::string text = damaged(random);
    const std::vector<char> message(text.begin(), text.end());  // of exactly its size
    batch.clear();
    Meta meta;
    Value* row = batch.add(meta);
    const auto result =
        decoder.decode({message.data(), message.size()}, meta, batch.arena(), now, row);
    if (!result) {
      REQUIRE(result.error().remedy == Remedy::Skip);
      REQUIRE(is_utf8(result.error().message));
      continue;
    }
    ++taken;
    std::string once;
    REQUIRE(encoder.append(row, once));
    REQUIRE(is_utf8(once));
    Value* again = batch.add(meta);
    REQUIRE(decoder.decode(once, meta, batch.arena(), now, again));
    std::string twice;
    REQUIRE(encoder.append(again, twice));
    REQUIRE(once == twice);
  }
  CHECK(taken > kRounds / 100);
  CHECK(taken < kRounds / 2);
}
