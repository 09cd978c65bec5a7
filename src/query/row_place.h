// What a row's place in the store says of it (table/window_key.h): enough to tell that it is gone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "query/tables.h"

namespace streamworker::query {

// How many bytes stand in front of the key's text.
size_t key_at(const TableInfo& table);
// Of its window or pane, ms since the epoch. REQUIRES: the table has windows
int64_t start_in(std::string_view place);
// Appends the key as RowJson does.
void append_key(const TableInfo& table, std::string_view place, std::string& out);

}  // namespace streamworker::query
