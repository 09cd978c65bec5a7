// Which rows of a table the conditions of a statement leave, as far as the rows' order tells.
#pragma once

#include <optional>
#include <vector>

#include "query/row_cursor.h"
#include "sql/virtual_table.h"

namespace streamworker::query {

// Holds every row that satisfies them, and maybe others. None: no row does.
std::optional<Range> bounds_of(const Schema& key, const std::vector<sql::Condition>& conditions);
// How small a part of the rows that is, without the conditions' values: 0 to 1.
double share_of(const Schema& key, const std::vector<sql::Condition>& conditions);

}  // namespace streamworker::query
