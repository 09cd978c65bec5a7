// Cutting: the same records, however the text comes in.
#include "source/splitter.h"

#include "source/csv.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

// Cuts `text`, of which first one byte is at hand, then two, …
std::vector<std::string> cut_all(Splitter& splitter, const std::string& text) {
  std::vector<std::string> all;
  size_t at = 0;
  size_t have = 0;
  for (;;) {
    const auto piece =
        splitter.cut({std::string_view(text).substr(at, have - at), have == text.size(), at == 0});
    if (!piece) {
      all.push_back("error: " + piece.error().message);
      return all;
    }
    if (piece->kind == Piece::Kind::End) return all;
    if (piece->kind == Piece::Kind::More) {
      REQUIRE(have < text.size());
      ++have;
      continue;
    }
    if (piece->kind == Piece::Kind::Record) all.emplace_back(piece->text);
    at += piece->size;
    have = std::max(have, at);
  }
}

using Texts = std::vector<std::string>;
using Case = std::tuple<std::string, Texts>;

}  // namespace

TEST_CASE("source: lines") {
  const auto [text, expected] = GENERATE(values<Case>({
      {"", {}},
      {"\n\n", {}},
      {"{}", {"{}"}},
      {"{}\n", {"{}"}},
      {"1\r\n2\r\n", {"1", "2"}},
      {"1\n\n \t\n2", {"1", "2"}},
  }));
  LineSplitter lines;
  CAPTURE(text);
  CHECK(cut_all(lines, text) == expected);
}

TEST_CASE("source: an array's elements") {
  const auto [text, expected] = GENERATE(values<Case>({
      {"[]", {}},
      {" [ ] \n", {}},
      {"[1]", {"1"}},
      {" [ 1 , 2 ] ", {"1", "2"}},
      {R"([{"a": [1, {"b": "]},"}]}, "x\"]", null])",
       {R"({"a": [1, {"b": "]},"}]})", R"("x\"]")", "null"}},
      {R"(["\\", "a"])", {R"("\\")", R"("a")"}},
      {"[[1, 2], []]", {"[1, 2]", "[]"}},
      {"{}", {"error: this is no JSON array"}},
      {"", {"error: the array has no end"}},
      {"[1, 2", {"1", "error: the array has no end"}},
      {"[1,", {"1", "error: the array has no end"}},
      {"[\"a", {"error: the array has no end"}},
      {"[,1]", {"error: an element is missing"}},
      {"[1,,2]", {"1", "error: an element is missing"}},
      {"[1}]", {"error: an unexpected }"}},
      {"[1] [2]", {"1", "error: something follows the array"}},
  }));
  ArraySplitter array;
  CAPTURE(text);
  CHECK(cut_all(array, text) == expected);
}

TEST_CASE("source: rows") {
  const auto [text, expected] = GENERATE(values<Case>({
      {"", {}},
      {"a,b", {"a,b"}},
      {"a,b\r\nc,d\r\n", {"a,b", "c,d"}},
      {"a\n\n\r\nb\n", {"a", "b"}},
      {"\"a\nb\",c\nd", {"\"a\nb\",c", "d"}},
      {"\"a\"\"\nb\",c\nd", {"\"a\"\"\nb\",c", "d"}},
  }));
  RowSplitter rows;
  CAPTURE(text);
  CHECK(cut_all(rows, text) == expected);
}

}  // namespace streamworker
