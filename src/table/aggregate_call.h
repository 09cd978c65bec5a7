// One aggregate call of a table's columns, compiled: `sum(amount)`, `topk(score, 3)`.
//
//   call                    arguments            result                 over nothing   back  panes
//   count(*), count(x)      any                  int                    0              yes   yes
//   sum(x)                  number               int, decimal(38,s),    null           yes   yes
//                                                double, any [1]
//   avg(x)                  number               double; of decimals    null           yes   yes
//                                                decimal(38,s+4) [2]
//   stddev(x), variance(x)  number               double, of a sample    null (n < 2)   yes   yes
//   min(x), max(x)          any but json         x's type               null           no    yes
//   first(x), last(x)       any                  x's type               null           no    no
//   min_by(x,y), max_by     any; any but json    x's type               null           no    yes
//   collect_list(x)         any                  json array [3]         []             yes   no
//   collect_set(x)          any                  json array, ascending  []             yes   yes
//   count_distinct(x)       any                  int [4]                0              no    yes
//   topk(x,k), _distinct    any but json; 1…1000 json array, descending []             no    yes
//   histogram(x, b1, b2…)   number; 1…100 bounds json array of counts   [0,0…]         yes   yes
//   percentile(x, q)        number; 0…1          double [5]             null           no    yes
//
// `number` is int, bool (0 and 1), double, decimal or any. An argument of type any may have any
// kind at run time; a kind that the function does not take refuses the record. `back`: an argument
// that was added can be taken back, which tables over tables need. `panes`: merging gives what
// adding all records gives, in whatever order they came (of the sketches and doubles: as exactly).
// The others can be merged too, and `from` counts as later than `into`: right for sessions, which
// are merged in the order of time, not for panes. Nulls are ignored; where there are two arguments,
// also when one of them is null. first and last go by arrival; of equal y min_by and max_by keep
// the first.
//
// [1] sum of ints (and bools) is an exact int, of decimal(p,s) an exact decimal(38,s), of doubles
//     compensated (Neumaier), so that taking a large value back leaves the small ones. Of any: an
//     int while only ints came, else a double, as in SQLite.
// [2] Exact sum / count, rounded half away from zero; s + 4 digits as in MySQL, fewer where the
//     digits before the point would not fit (38 - p more). Of ints: the exact sum / count, as
//     double.
// [3] The elements are written by their kind: timestamps iso in UTC, bytes base64, decimals with
//     all digits of their scale.
// [4] Exact to 1000 different values, then ± 0.81 % (distinct_count.h).
// [5] percentile_cont while there are at most 512 values, then a t-digest (tdigest.h).
//
// stddev and variance are PostgreSQL's and ksqlDB's, divided by n - 1 (MySQL's of the same names
// divide by n). A histogram of bounds b1 < b2 … has the counts of x < b1, b1 <= x < b2, … bn <= x,
// as width_bucket; the comparison is one of doubles.
//
// `as` is what `{expr, type: decimal(p,s)}` says of a column that is this call alone: x is first
// rounded half away from zero to s digits and must fit decimal(p,s); sum, avg, min, max, first,
// last, min_by and max_by then have exactly that type, and a sum that needs more than p digits
// refuses the record. The other functions do not look at it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/value.h"

namespace streamworker {

struct AggregateArgument {
  FieldType type;
  std::optional<Value> constant = {};  // of a literal number: k, q and bounds must be some
};

struct AggregateCall {
  std::string text;                          // as written, for messages
  std::string function;                      // "sum"; lower case
  std::vector<AggregateArgument> arguments;  // none: count(*)
  bool filtered = false;                     // there is a FILTER (WHERE …)
  std::optional<FieldType> as = {};          // a decimal
};

// What it does.
enum class AggregateFunction : uint8_t {
  Count,
  Sum,
  Avg,
  Stddev,
  Variance,
  Min,
  Max,
  First,
  Last,
  MinBy,
  MaxBy,
  CollectList,
  CollectSet,
  CountDistinct,
  TopK,
  TopKDistinct,
  Histogram,
  Percentile,
  Fold  // no call: fold_of()
};

// What it keeps, in how many slots (slot.h).
enum class AggregateState : uint8_t {
  Count,    // 1: how many
  Exact,    // 1: an integer sum (of a decimal: unscaled) and how many
  Float,    // 1: a compensated sum and how many
  Mixed,    // 2: Exact of the ints, Float of the doubles
  Moments,  // 2: Float of x, Float of x²
  One,      // 1: a value
  OneBy,    // 2: x and y
  List,     // 1, and so are all below
  Set,
  Top,
  Distinct,
  Buckets,
  Digest,
  Fold  // a value, also null
};

struct Aggregate {
  std::string text;
  AggregateFunction function = AggregateFunction::Count;
  AggregateState state = AggregateState::Count;
  FieldType argument;  // in which x is kept
  FieldType by;        // of y
  FieldType result;
  uint8_t values = 0;  // arguments of each record: 0 to 2
  bool filtered = false;
  bool rounds = false;  // there is an `as`
  Int128 least = 0;     // of Exact: the range of the sum
  Int128 most = 0;
  size_t k = 0;
  double q = 0;
  std::vector<double> bounds;
  std::string init;  // of a fold, as append_value writes it

  // Can an argument be taken back? If not, an aggregate over a table is an error at start.
  bool takes_back() const;
  // Can panes be merged? If not, hopping windows keep whole windows.
  bool merges() const;
  size_t slots() const {
    const bool two = state == AggregateState::Mixed || state == AggregateState::Moments ||
                     state == AggregateState::OneBy;
    return two ? 2 : 1;
  }
};

bool is_aggregate(std::string_view function);
// Does it look at `as`?
bool accumulates_as(std::string_view function);

// At start. The error is Stop; its message says what is wrong with the call, without its text:
// "takes 2 arguments, not 1". count(*) and count(x) are calls of `count`.
Result<Aggregate> compile(const AggregateCall& call);

// A fold (folds.h) as one more call: its argument is what it becomes, nulls too, and it is what it
// was given last. Refuses texts of more than kMostText bytes. Neither taken back nor merged.
// `init`: null, or of this type.
Aggregate fold_of(const std::string& name, FieldType type, const Value& init);

}  // namespace streamworker
