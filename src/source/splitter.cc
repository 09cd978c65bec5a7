#include "source/splitter.h"

#include <algorithm>

namespace streamworker {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

size_t skip_blanks(std::string_view text, size_t from) {
  return std::min(text.find_first_not_of(kBlanks, from), text.size());
}

// Behind the string that begins at `from`; npos: it does not end here.
size_t behind_string(std::string_view text, size_t from) {
  for (size_t i = from + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

// Where the element that begins at `from` ends: at a comma or bracket of the array. npos: not here.
size_t end_of_element(std::string_view text, size_t from) {
  int depth = 0;
  for (size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (depth == 0 && (c == ',' || c == ']' || c == '}')) return i;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (c != '"') continue;
    i = behind_string(text, i);
    if (i == std::string_view::npos) return i;
    --i;
  }
  return std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  const size_t end = text.find_last_not_of(kBlanks);
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

}  // namespace

Result<Piece> LineSplitter::cut(const Ahead& ahead) {
  const size_t end = ahead.text.find('\n');
  const bool whole = end != std::string_view::npos;
  if (!whole && !ahead.last) return Piece{};
  const std::string_view line = without_blanks(ahead.text.substr(0, end));
  const size_t size = whole ? end + 1 : ahead.text.size();
  if (size == 0) return Piece{Piece::Kind::End};
  return Piece{line.empty() ? Piece::Kind::Nothing : Piece::Kind::Record, size, line};
}

Result<Piece> ArraySplitter::cut(const Ahead& ahead) {
  const std::string_view text = ahead.text;
  size_t at = skip_blanks(text, 0);
  if (ahead.at_start && at < text.size()) {
    if (text[at] != '[') return stop("this is no JSON array");
    at = skip_blanks(text, at + 1);
  }
  if (at == text.size()) {
    if (ahead.last) return stop("the array has no end");
    return Piece{};
  }
  if (text[at] != ']') return cut_element(text, at, ahead.last);
  const size_t behind = skip_blanks(text, at + 1);
  if (behind < text.size()) return stop("something follows the array");
  return ahead.last ? Piece{Piece::Kind::End} : Piece{};
}

Result<Piece> ArraySplitter::cut_element(std::string_view text, size_t from, bool last) {
  const size_t end = end_of_element(text, from);
  if (end == std::string_view::npos) {
    if (last) return stop("the array has no end");
    return Piece{};
  }
  if (end == from) return stop("an element is missing");
  if (text[end] == '}') return stop("an unexpected }");
  // A comma is done with, the array's bracket is not: it says that the array has ended.
  return Piece{Piece::Kind::Record, end + (text[end] == ',' ? 1 : 0),
               without_blanks(text.substr(from, end - from))};
}

}  // namespace streamworker
