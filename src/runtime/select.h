// From `select` as it is written to the columns of a transform.
#pragma once

#include <string>
#include <vector>

#include "config/problems.h"
#include "sql/expressions.h"

namespace streamworker {

// The columns that one mapping of a `select` makes of rows of `in`: kept ones first, in their
// order, a kept one that is defined anew in its place, then new ones.
std::vector<sql::Column> columns_of(const config::Select& select, const Schema& in,
                                    std::vector<config::Problem>& problems);
// A name as an expression: quoted when it is no plain word.
std::string quoted(const std::string& name);
// Every field of `in` under its own name.
std::vector<sql::Column> all_columns(const Schema& in);
// Every field of `to`: from `in` where it has one of that name, else null.
std::vector<sql::Column> widened(const Schema& in, const Schema& to);

}  // namespace streamworker
