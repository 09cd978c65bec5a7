// Expressions → one statement.
#pragma once

#include <string>
#include <vector>

#include "sql/engine.h"
#include "sql/rewrite.h"

namespace streamworker::sql {

// Collects the expressions of a step; each is compiled by itself first, so that an error belongs to
// one of them and none can reach into another.
class Compiler {
 public:
  Compiler(Engine::State& engine, const Names& names) : engine_(engine), names_(names) {}

  // `column` is what an ExpressionError says; kWhere: the condition. Throws ExpressionError.
  void add(size_t column, const std::string& text);
  bool anything() const { return !results_.empty() || !where_.empty(); }
  // The results are in the order of `add`. Throws ExpressionError.
  Statement finish();
  const Parameters& parameters() const { return parameters_; }

 private:
  Rewritten rewrite_or_throw(size_t column, const std::string& text);
  void check(size_t column, const std::string& text, const Rewritten& rewritten);
  void try_with_nulls(size_t column, const std::string& text, Statement& statement);
  std::string unknown_function(const std::string& message) const;

  Engine::State& engine_;
  const Names& names_;
  Parameters parameters_;
  std::string results_;
  std::string where_;
};

}  // namespace streamworker::sql
