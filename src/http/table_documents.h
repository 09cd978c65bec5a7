// Tables and their rows as JSON.
#pragma once

#include <string>
#include <vector>

#include "codec/json_writer.h"
#include "query/owners.h"
#include "query/table_reader.h"

namespace streamworker::http {

// {"name", "key": [{"name", "type"}], "columns": [{"name", "type"}], "window": {"kind",
// "size_seconds", "every_seconds"} or null, "partitions": {"here": […], "of"}}. `of` is null while
// it is not known.
void write_table(JsonWriter& json, const query::TableInfo& table, const std::vector<int32_t>& here,
                 int32_t of);
// {"workers": [{"worker", "address", "silent_seconds", "tables": [{"name", "partitions"}]}]}
std::string workers_document(const std::vector<query::WorkerStatus>& workers);
void write_partitions(JsonWriter& json, const std::vector<int32_t>& here, int32_t of);

// {"key", "window": {"start", "end"}, "value": {…}}; the window only where there are windows.
void write_row(JsonWriter& json, const query::TableInfo& table, const query::ShownRow& row);

// The same of the row at this place (query/row_place.h) that is there no more: `"value":null`, and
// the end of a session is null, too.
void write_gone(JsonWriter& json, const query::TableInfo& table, std::string_view place);

// {"key", "windows": [ and each of these; the array and the object are the caller's to end.
void begin_windows(JsonWriter& json, const query::TableInfo& table, const query::ShownRow& row);
// {"window": {"start", "end"}, "value": {…}}
void write_window_row(JsonWriter& json, const query::TableInfo& table, const query::ShownRow& row);

}  // namespace streamworker::http
