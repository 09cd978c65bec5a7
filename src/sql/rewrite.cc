#include "sql/rewrite.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "sql/tokenizer.h"

namespace streamworker::sql {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// The words of an expression's grammar; a field of such a name must be quoted.
constexpr std::array<std::string_view, 30> kWords = {
    "AND",  "AS",   "BETWEEN",           "CASE",   "CAST",   "COLLATE", "CURRENT_DATE",
    "ELSE", "END",  "CURRENT_TIMESTAMP", "ESCAPE", "EXISTS", "FALSE",   "CURRENT_TIME",
    "FROM", "GLOB", "DISTINCT",          "IN",     "IS",     "ISNULL",  "LIKE",
    "NOT",  "NULL", "NOTNULL",           "OR",     "REGEXP", "SELECT",  "THEN",
    "TRUE", "WHEN"};
// And those that mean something only where there is a SELECT.
constexpr std::array<std::string_view, 14> kQueryWords = {
    "ALL", "ASC",   "BY",    "CROSS", "DESC",  "GROUP", "HAVING",
    "ON",  "LIMIT", "ORDER", "JOIN",  "UNION", "WHERE", "WITH"};
// What is a value by itself.
constexpr std::array<std::string_view, 6> kConstants = {
    "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "FALSE", "NULL", "TRUE"};

template <size_t kSize>
bool is_one_of(const Token& token, const std::array<std::string_view, kSize>& words) {
  return token.kind == TokenKind::Name &&
         std::find(words.begin(), words.end(), upper(token.text)) != words.end();
}

class Rewriter {
 public:
  Rewriter(const std::string& text, const Names& names, Parameters& parameters)
      : text_(text), names_(names), parameters_(parameters), tokens_(tokenize(text)) {
    has_select_ = std::any_of(tokens_.begin(), tokens_.end(),
                              [](const Token& token) { return is(token, "SELECT"); });
  }

  Rewritten run() {
    if (tokens_.empty()) throw SyntaxFault(0, "an empty expression");
    out_.sql = "(";
    while (next_ < tokens_.size()) {
      const Token& token = tokens_[next_];
      note_cast(token);
      if (!in_type() && is_column(token)) {
        take_column();
      } else {
        copy(token);
      }
    }
    out_.sql += ")";
    return std::move(out_);
  }

 private:
  static bool is(const Token& token, std::string_view word) {
    return token.kind == TokenKind::Name && upper(token.text) == word;
  }
  const Token* peek(size_t ahead) const {
    return next_ + ahead < tokens_.size() ? &tokens_[next_ + ahead] : nullptr;
  }
  bool peek_is(size_t ahead, TokenKind kind) const {
    return peek(ahead) != nullptr && peek(ahead)->kind == kind;
  }

  // CAST(x AS a type): what stands between its AS and its ) names no columns.
  void note_cast(const Token& token) {
    if (token.kind == TokenKind::Open) {
      opened_.push_back(next_ > 0 && is(tokens_[next_ - 1], "CAST") ? Depth::Cast : Depth::Plain);
    } else if (token.kind == TokenKind::Close) {
      opened_.pop_back();
    } else if (!opened_.empty() && opened_.back() == Depth::Cast && is(token, "AS")) {
      opened_.back() = Depth::TypeName;
    }
  }
  bool in_type() const { return !opened_.empty() && opened_.back() == Depth::TypeName; }

  // Not a word, a function or a collation.
  bool is_column(const Token& token) const {
    if (token.kind > TokenKind::Quoted || is_one_of(token, kWords)) return false;
    if (has_select_ && is_one_of(token, kQueryWords)) return false;
    return !peek_is(1, TokenKind::Open) && (next_ == 0 || !is(tokens_[next_ - 1], "COLLATE"));
  }

  void take_column() {
    const Token& first = tokens_[next_];
    std::string name = first.text;
    size_t count = 1;
    while (peek_is(count, TokenKind::Dot) && peek(count + 1) != nullptr &&
           peek(count + 1)->kind <= TokenKind::Quoted) {
      name += "." + peek(count + 1)->text;
      count += 2;
    }
    const auto source = names_.find(name);
    if (!source) {
      if (!has_select_) throw UnknownName{first.at, name, first.kind == TokenKind::Quoted};
      for (; count > 0; --count) copy(tokens_[next_]);
      return;
    }
    put(first.at, "?" + std::to_string(number_of(*source)));
    next_ += count;
  }

  size_t number_of(const Source& source) {
    const auto found = std::find(parameters_.begin(), parameters_.end(), source);
    const auto index = static_cast<size_t>(found - parameters_.begin());
    if (found == parameters_.end()) parameters_.push_back(source);
    return index + 1;
  }

  void copy(const Token& token) {
    put(token.at, std::string_view(text_).substr(token.at, token.size));
    ++next_;
  }

  void put(size_t at, std::string_view text) {
    const Token* const before = next_ > 0 ? &tokens_[next_ - 1] : nullptr;
    if (before != nullptr && before->at + before->size < at) out_.sql += ' ';
    out_.places.emplace_back(out_.sql.size(), at);
    out_.sql += text;
  }

  enum class Depth { Plain, Cast, TypeName };

  const std::string& text_;
  const Names& names_;
  Parameters& parameters_;
  std::vector<Token> tokens_;
  size_t next_ = 0;
  std::vector<Depth> opened_;
  bool has_select_ = false;
  Rewritten out_;
};

}  // namespace

size_t Rewritten::place(size_t offset) const {
  size_t place = 0;
  for (const auto& [in_sql, in_text] : places) {
    if (in_sql <= offset) place = in_text;
  }
  return place;
}

Rewritten rewrite(const std::string& text, const Names& names, Parameters& parameters) {
  return Rewriter(text, names, parameters).run();
}

std::optional<Source> bare_column(const std::string& text, const Names& names) {
  try {
    const std::vector<Token> tokens = tokenize(text);
    if (tokens.size() % 2 == 0 || is_one_of(tokens.front(), kConstants)) return std::nullopt;
    std::string name;
    for (size_t i = 0; i < tokens.size(); ++i) {
      const bool is_dot = tokens[i].kind == TokenKind::Dot;
      const bool is_name = tokens[i].kind <= TokenKind::Quoted;
      if (i % 2 == 0 ? !is_name : !is_dot) return std::nullopt;
      name += tokens[i].text;
    }
    return names.find(name);
  } catch (const SyntaxFault&) {
    return std::nullopt;
  }
}

}  // namespace streamworker::sql
