// Finds the aggregate calls in the text of one column; for split_columns (columns.h), which says
// what is a call and what an error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/tokenizer.h"
#include "table/columns.h"

namespace streamworker {

struct TokenRange {
  size_t from = 0;
  size_t to = 0;  // behind the last
};

struct ReadCall {
  SplitCall split;
  std::string key;  // equal calls have the same
  TokenRange range;
};

// One column: its tokens, and the calls in them. Places are indices of tokens.
class ColumnReader {
 public:
  // The text must outlive it. Throws sql::SyntaxFault, as all others here.
  explicit ColumnReader(std::string_view text);

  // The first call at or behind `i`.
  std::optional<ReadCall> next_call(size_t i) const;
  // The call that is all there is.
  std::optional<ReadCall> call_alone() const;
  // Where a token begins in the text; of the one behind the last: the text's end.
  size_t at(size_t i) const { return i < tokens_.size() ? tokens_[i].at : text_.size(); }
  size_t end_of(size_t i) const { return tokens_[i].at + tokens_[i].size; }

 private:
  void match_parentheses();
  void mark_selects();
  void refuse_windows() const;
  bool is(size_t i, sql::TokenKind kind) const;
  bool is_word(size_t i, std::string_view word) const;
  bool is_sign(size_t i, std::string_view sign) const;
  bool is_call(size_t i) const;
  ReadCall read_call(size_t i) const;
  TokenRange read_filter(size_t i) const;
  void refuse_distinct(size_t open) const;
  void refuse_nested(TokenRange call) const;
  std::vector<TokenRange> pieces(size_t open) const;
  std::vector<std::string> arguments(size_t open) const;
  std::string written(TokenRange range) const;
  std::string plain(TokenRange range) const;

  std::string_view text_;
  std::vector<sql::Token> tokens_;
  std::vector<size_t> close_;    // of each Open its Close
  std::vector<bool> in_select_;  // within (SELECT …)
};

}  // namespace streamworker
