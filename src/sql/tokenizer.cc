#include "sql/tokenizer.h"

namespace streamworker::sql {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c < 0;
}
bool continues_name(char c) { return starts_name(c) || is_digit(c) || c == '$'; }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) take();
    if (!open_.empty()) throw SyntaxFault(open_.back(), "this parenthesis is never closed");
    return std::move(tokens_);
  }

 private:
  char at(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '-' && at(at_ + 1) == '-') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_[at_] == '/' && at(at_ + 1) == '*') {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) throw SyntaxFault(at_, "this comment is never closed");
        at_ = end + 2;
      } else {
        return;
      }
    }
  }

  void take() {
    const char c = text_[at_];
    if ((c == 'x' || c == 'X') && at(at_ + 1) == '\'') return take_quoted(at_ + 1, '\'');
    if (starts_name(c)) return take_name();
    if (is_digit(c) || (c == '.' && is_digit(at(at_ + 1)))) return take_number();
    if (c == '\'' || c == '"' || c == '`') return take_quoted(at_, c);
    if (c == '[') return take_quoted(at_, ']');
    take_sign(c);
  }

  void take_name() {
    size_t end = at_ + 1;
    while (end < text_.size() && continues_name(text_[end])) ++end;
    add(TokenKind::Name, end, std::string(text_.substr(at_, end - at_)));
  }

  void take_number() {
    const bool hex = at(at_ + 1) == 'x' || at(at_ + 1) == 'X';
    size_t end = at_;
    while (continues_name(at(end)) || at(end) == '.') {
      const bool exponent = !hex && (at(end) == 'e' || at(end) == 'E');
      const bool sign = at(end + 1) == '+' || at(end + 1) == '-';
      end += exponent && sign && is_digit(at(end + 2)) ? 2 : 1;
    }
    add(TokenKind::Literal, end, {});
  }

  // From the quote at `from` to its end; a quote that is doubled stands for one.
  void take_quoted(size_t from, char quote) {
    std::string inner;
    size_t end = from + 1;
    for (;; ++end) {
      if (end >= text_.size()) throw SyntaxFault(from, "this quote is never closed");
      if (text_[end] == quote) {
        if (quote == ']' || at(end + 1) != quote) break;
        ++end;
      }
      inner += text_[end];
    }
    add(quote == '\'' ? TokenKind::Literal : TokenKind::Quoted, end + 1, std::move(inner));
  }

  void take_sign(char c) {
    if (c == ';') throw SyntaxFault(at_, "one expression, without a semicolon");
    if (c == '?' || c == ':' || c == '@' || c == '$' || c == '#' || c == '\0')
      throw SyntaxFault(at_, std::string("unexpected \"") + c + "\"");
    if (c == '(') {
      open_.push_back(at_);
      return add(TokenKind::Open, at_ + 1, "(");
    }
    if (c == ')') {
      if (open_.empty()) throw SyntaxFault(at_, "this parenthesis was never opened");
      open_.pop_back();
      return add(TokenKind::Close, at_ + 1, ")");
    }
    add(c == '.' ? TokenKind::Dot : TokenKind::Operator, at_ + 1, std::string(1, c));
  }

  void add(TokenKind kind, size_t end, std::string text) {
    tokens_.push_back({kind, at_, end - at_, std::move(text)});
    at_ = end;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<size_t> open_;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) { return Tokenizer(text).run(); }

}  // namespace streamworker::sql
