// The columns of a table as the pipeline file has them, SQL over aggregate calls, split into the
// calls and the expressions over their results. At start only.
//
//   in the file                       calls                    over their results
//   total: sum(amount)                #0 sum(amount)           "#0"
//   rate: sum(ok) * 1.0 / count(*)    #1 sum(ok), #2 count(*)  "#1" * 1.0 / "#2"
//   most: max(count(*), sum(ok))      (those)                  max("#2", "#1")
//
// A call is the name of an aggregate (in any case) and a parenthesis. min and max of two or more
// arguments are SQLite's scalar functions: max(sum(a), sum(b)) has two calls, sum(max(a, b)) one.
// Within (SELECT …) the names count, sum, avg, min and max are SQLite's own aggregates, over the
// rows of the select: sum((SELECT max(value) FROM json_each(items))) is one call. What stands in
// quotes or comments is no call.
//
// How many arguments a function takes and of which types is judged by compile() (aggregate_call.h),
// whether an argument or expression is SQL by sql::Expressions, and whether a column without any
// call names nothing but the key by the caller.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "record/value.h"
#include "sql/expressions.h"

namespace streamworker {

struct ColumnText {
  std::string name;
  std::string expression;
  std::optional<FieldType> type;
};

struct SplitCall {
  std::string text;                    // as first written, with its FILTER; for messages
  std::string function;                // lower case
  std::vector<std::string> arguments;  // expressions; none: count(*)
  std::optional<std::string> filter;   // the expression within FILTER (WHERE …)
  std::optional<FieldType> as;         // the column is this call alone, says a decimal, and the
                                       // function looks at it: accumulates_as()
};

struct SplitColumns {
  // Equal ones once: the same function, arguments, filter and `as`. Blanks and comments do not
  // count.
  std::vector<SplitCall> calls;
  // One for each text, in their order, over the row of results, whose i-th call is named
  // result_name(i). Where the column is one call alone (parentheses around it do not count) the
  // expression is that quoted name and nothing else, so that the result keeps its exact type; its
  // own type is then only there when it is not the `as` of the call.
  std::vector<sql::Column> columns;
};

// A text that cannot be split: tokenize() refuses it, an aggregate within an aggregate, DISTINCT,
// OVER, a FILTER without WHERE or with nothing behind it, an empty argument. The message ends with
// the text and the place, as ExpressionError's does.
class ColumnsError : public std::runtime_error {
 public:
  ColumnsError(size_t which, size_t at, const std::string& message)
      : std::runtime_error(message), column(which), offset(at) {}
  size_t column;  // which of the texts
  size_t offset;  // of the fault in its text, from 0
};

// "#0": no name that can be written without quotes.
std::string result_name(size_t i);

// Throws ColumnsError.
SplitColumns split_columns(const std::vector<ColumnText>& columns);

// The message of an ExpressionError about such a column, as it would be about the user's text:
// calls in place of their results' names, also in the place within the text, and no names of
// results among the columns that are there. `results`: what the user calls each.
std::string as_written(const std::string& message, const std::vector<std::string>& results);

// The value of an argument that is a number and nothing else, with or without a sign: "3", "-0.5",
// "1e3". An int where it is one and fits, else a finite double.
std::optional<Value> literal_number(std::string_view text);

}  // namespace streamworker
