#include "table/column_reader.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "table/aggregate_call.h"

namespace streamworker {
namespace {

using sql::SyntaxFault;
using sql::TokenKind;

// Those that SQLite has too.
constexpr std::array<std::string_view, 5> kOfSqlite = {"avg", "count", "max", "min", "sum"};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

ColumnReader::ColumnReader(std::string_view text)
    : text_(text),
      tokens_(sql::tokenize(text)),
      close_(tokens_.size()),
      in_select_(tokens_.size()) {
  match_parentheses();
  mark_selects();
  refuse_windows();
}

bool ColumnReader::is(size_t i, TokenKind kind) const {
  return i < tokens_.size() && tokens_[i].kind == kind;
}

// A name or keyword, in any case.
bool ColumnReader::is_word(size_t i, std::string_view word) const {
  return is(i, TokenKind::Name) && lower(tokens_[i].text) == word;
}

bool ColumnReader::is_sign(size_t i, std::string_view sign) const {
  return is(i, TokenKind::Operator) && tokens_[i].text == sign;
}

void ColumnReader::match_parentheses() {
  std::vector<size_t> open;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (is(i, TokenKind::Open)) open.push_back(i);
    if (!is(i, TokenKind::Close)) continue;
    close_[open.back()] = i;
    open.pop_back();
  }
}

void ColumnReader::mark_selects() {
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (!is(i, TokenKind::Open) || !(is_word(i + 1, "select") || is_word(i + 1, "with"))) continue;
    for (size_t k = i; k < close_[i]; ++k) in_select_[k] = true;
  }
}

void ColumnReader::refuse_windows() const {
  for (size_t i = 1; i < tokens_.size(); ++i) {
    if (is_word(i, "over") && is(i - 1, TokenKind::Close) && !in_select_[i])
      throw SyntaxFault(at(i), "window functions are for /sql");
  }
}

bool ColumnReader::is_call(size_t i) const {
  if (tokens_[i].kind > TokenKind::Quoted || !is(i + 1, TokenKind::Open)) return false;
  const std::string name = lower(tokens_[i].text);
  if (!is_aggregate(name)) return false;
  if (in_select_[i]) return std::find(kOfSqlite.begin(), kOfSqlite.end(), name) == kOfSqlite.end();
  return (name != "min" && name != "max") || pieces(i + 1).size() < 2;
}

// What stands between the commas of a parenthesis.
std::vector<TokenRange> ColumnReader::pieces(size_t open) const {
  std::vector<TokenRange> found;
  const size_t close = close_[open];
  if (open + 1 == close) return found;
  size_t from = open + 1;
  for (size_t i = from; i < close; ++i) {
    if (is(i, TokenKind::Open)) i = close_[i];
    if (!is_sign(i, ",")) continue;
    found.push_back({from, i});
    from = i + 1;
  }
  found.push_back({from, close});
  return found;
}

std::vector<std::string> ColumnReader::arguments(size_t open) const {
  std::vector<std::string> found;
  if (is_sign(open + 1, "*") && close_[open] == open + 2) return found;
  for (const TokenRange& piece : pieces(open)) {
    if (piece.from == piece.to) throw SyntaxFault(at(piece.to), "an empty argument");
    found.push_back(written(piece));
  }
  return found;
}

// FILTER stands at `i`; what is behind its WHERE.
TokenRange ColumnReader::read_filter(size_t i) const {
  if (!is(i + 1, TokenKind::Open)) throw SyntaxFault(at(i), "FILTER needs (WHERE …)");
  const size_t close = close_[i + 1];
  if (!is_word(i + 2, "where")) throw SyntaxFault(at(i + 2), "FILTER needs a WHERE");
  if (i + 3 == close) throw SyntaxFault(at(close), "an empty FILTER");
  return {i + 3, close};
}

void ColumnReader::refuse_distinct(size_t open) const {
  if (!is_word(open + 1, "distinct")) return;
  const std::string of = written({open + 2, close_[open]});
  throw SyntaxFault(
      at(open + 1),
      fmt::format("no DISTINCT here: count_distinct({0}) counts different values, collect_set({0}) "
                  "collects them",
                  of));
}

void ColumnReader::refuse_nested(TokenRange call) const {
  for (size_t i = call.from + 1; i < call.to; ++i) {
    if (is_call(i))
      throw SyntaxFault(at(i), fmt::format("an aggregate within an aggregate: {}", written(call)));
  }
}

ReadCall ColumnReader::read_call(size_t i) const {
  ReadCall call;
  const size_t open = i + 1;
  call.range = {i, close_[open] + 1};
  call.split.function = lower(tokens_[i].text);
  call.key = call.split.function + plain({open, call.range.to});
  refuse_distinct(open);
  if (is_word(call.range.to, "filter")) {
    const TokenRange filter = read_filter(call.range.to);
    call.split.filter = written(filter);
    call.key += fmt::format(" filter {}", plain(filter));
    call.range.to = filter.to + 1;
  }
  refuse_nested(call.range);
  call.split.arguments = arguments(open);
  call.split.text = written(call.range);
  return call;
}

std::optional<ReadCall> ColumnReader::next_call(size_t i) const {
  while (i < tokens_.size() && !is_call(i)) ++i;
  if (i == tokens_.size()) return std::nullopt;
  return read_call(i);
}

std::optional<ReadCall> ColumnReader::call_alone() const {
  TokenRange all{0, tokens_.size()};
  while (is(all.from, TokenKind::Open) && close_[all.from] == all.to - 1) {
    ++all.from;
    --all.to;
  }
  if (all.from >= all.to || !is_call(all.from)) return std::nullopt;
  ReadCall call = read_call(all.from);
  if (call.range.to != all.to) return std::nullopt;
  return call;
}

std::string ColumnReader::written(TokenRange range) const {
  if (range.from >= range.to) return {};
  return std::string(text_.substr(at(range.from), end_of(range.to - 1) - at(range.from)));
}

// The same for texts that differ in blanks and comments only.
std::string ColumnReader::plain(TokenRange range) const {
  std::string text;
  for (size_t i = range.from; i < range.to; ++i) {
    text += text_.substr(tokens_[i].at, tokens_[i].size);
    text += ' ';
  }
  return text;
}

}  // namespace streamworker
