// Dead letters on a terminal and for machines.
#include "cli/letter_text.h"

#include "unit/catch.h"

namespace streamworker::cli {
namespace {

StoredLetter stored(const std::string& message) {
  StoredLetter one;
  one.letter.id = {{"data", 3}, 120, "sink", "store", "Ads"};
  one.letter.message = message;
  one.letter.time = "2026-01-01T00:00:00Z";
  one.letter.timestamp = EventTime(std::chrono::milliseconds(1500));
  return one;
}

TEST_CASE("a terminal is safe from what records hold") {
  CHECK(printable("a\x1b[31mb\nc\td", false) == "a\\x1b[31mb\\x0ac\\x09d");
  CHECK(printable("a\nb", true) == "a\nb");
  CHECK(printable("Gr\xc3\xb6\xc3\x9f"
                  "e \xff\xc2\x9b"
                  "x",
                  false) ==
        "Gr\xc3\xb6\xc3\x9f"
        "e \\xff\\x9bx");
}

TEST_CASE("the table is as wide as the terminal, and the message takes what is left") {
  const std::string wide =
      letter_table({stored("größer als die Spalte, in der er stehen soll")}, {});
  CHECK(
      wide ==
      "TOPIC  PARTITION  OFFSET  STEP  PIPELINE   TIME                  MESSAGE\n"
      "data           3     120  sink  store/Ads  2026-01-01T00:00:00Z  größer als die Spalte, in "
      "der er stehen soll\n");
  const std::string narrow =
      letter_table({stored("größer als die Spalte, in der er stehen soll")}, 90);
  CHECK(narrow.find("größer als die Spalte, i…\n") != std::string::npos);
}

TEST_CASE("json has bytes that are no text as base64") {
  Letter letter = stored("why \"so\"").letter;
  letter.key = "k";
  letter.value = "\xff";
  letter.headers = {{"trace", "1"}, {"none", {}}};
  CHECK(letter_json(letter, false) ==
        R"({"topic":"data","partition":3,"offset":120,"step":"sink","pipeline":"store",)"
        R"("sink":"Ads","time":"2026-01-01T00:00:00Z","message":"why \"so\"","cut":"",)"
        R"("timestamp":1500})"
        "\n");
  const std::string whole = letter_json(letter, true);
  CHECK(whole.find(
            R"("key":"k","value":{"base64":"/w=="},"headers":[["trace","1"],["none",null]]})") !=
        std::string::npos);
}

TEST_CASE("a letter whole says what it is, then its headers and its value") {
  Letter letter = stored("too long").letter;
  letter.value = "{\"a\": 1}\x01";
  letter.headers = {{"trace", "1"}};
  CHECK(letter_whole(letter) ==
        "data[3]@120\n"
        "  step       sink\n"
        "  pipeline   store\n"
        "  sink       Ads\n"
        "  refused at 2026-01-01T00:00:00Z\n"
        "  message    too long\n"
        "  timestamp  1970-01-01T00:00:01.500Z\n"
        "  key        (null)\n"
        "  header     trace: 1\n"
        "  value      9 B\n"
        "{\"a\": 1}\\x01\n");
}

}  // namespace
}  // namespace streamworker::cli
