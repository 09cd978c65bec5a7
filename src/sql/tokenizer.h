// The text of an expression, taken apart as SQLite's own tokenizer does it.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace streamworker::sql {

enum class TokenKind {
  Name,      // an identifier or a keyword; `text` as it stands there
  Quoted,    // "x", [x] or `x`: an identifier; `text` without its quotes
  Literal,   // a number, a string, a blob
  Open,      // (
  Close,     // )
  Dot,       // between names
  Operator,  // anything else, one byte each
};

struct Token {
  TokenKind kind = TokenKind::Operator;
  size_t at = 0;  // where it stands in the expression, quotes included
  size_t size = 0;
  std::string text;
};

// What no expression may hold.
class SyntaxFault : public std::runtime_error {
 public:
  SyntaxFault(size_t where, const std::string& message) : std::runtime_error(message), at(where) {}
  size_t at;
};

// Blanks and comments are left out. Throws SyntaxFault: an open string or comment, a semicolon, a
// parameter (?, :a, @a, $a), parentheses that do not match.
std::vector<Token> tokenize(std::string_view text);

}  // namespace streamworker::sql
