#include "query/sql_query.h"

#include "base/format.h"
#include "base/human.h"
#include "codec/json_writer.h"
#include "record/base64.h"

namespace streamworker::query {

namespace {

void write_value(JsonWriter& json, const sql::Statement& row, int column) {
  if (row.null_at(column)) {
    json.null();
  } else if (row.is_int_at(column)) {
    json.value(row.int_at(column));
  } else if (row.is_double_at(column)) {
    json.value(row.double_at(column));
  } else if (row.is_blob_at(column)) {
    std::string text;
    append_base64(row.text_at(column), text);
    json.value(text);
  } else {
    json.value(row.text_at(column));
  }
}

void write_row(JsonWriter& json, const sql::Statement& row) {
  json.begin_array();
  for (int i = 0; i < row.columns(); ++i) write_value(json, row, i);
  json.end_array();
}

}  // namespace

SqlQuery::SqlQuery(const Clock& clock, const Tables& tables,
                   const std::vector<TableReader*>& readers)
    : clock_(clock) {
  std::vector<sql::VirtualTable*> all;
  for (TableReader* reader : readers) {
    tables_.push_back(std::make_unique<SqlTable>(tables, *reader));
    all.push_back(tables_.back().get());
  }
  connection_ = std::make_unique<sql::ReadOnly>(clock, all);
}

Result<std::string> SqlQuery::run(const std::string& statement, const SqlLimits& limits) {
  connection_->set_deadline(clock_.steady() + limits.time);
  auto prepared = connection_->prepare(statement);
  if (!prepared) return prepared.error();
  auto out = answer(*prepared, limits);
  if (!out) out = failed(out.error(), limits);
  *prepared = sql::Statement();  // its walks end before what they walk over goes
  for (const auto& table : tables_) table->release();
  return out;
}

Result<std::string> SqlQuery::answer(sql::Statement& statement, const SqlLimits& limits) {
  JsonWriter json;
  json.begin_object().key("columns").begin_array();
  for (int i = 0; i < statement.columns(); ++i) json.value(statement.column_name(i));
  json.end_array().key("rows").begin_array();
  for (size_t rows = 0;; ++rows) {
    const auto more = statement.step();
    if (!more) return more.error();
    if (!*more) break;
    if (rows == limits.rows)
      return stop(
          fmt::format("the answer has more than {} rows: add a WHERE or a LIMIT", limits.rows));
    write_row(json, statement);
    if (json.text().size() > limits.bytes)
      return stop(fmt::format("the answer is larger than {}: ask for less",
                              format_bytes(static_cast<int64_t>(limits.bytes))));
  }
  json.end_array().end_object();
  return json.take();
}

// SQLite passes texts on, not what is to be done.
Error SqlQuery::failed(const Error& error, const SqlLimits& limits) const {
  for (const auto& table : tables_)
    if (table->failure()) return *table->failure();
  if (error.remedy == Remedy::Retry)
    return stop(fmt::format("the statement takes longer than {}: ask for less",
                            format_duration(limits.time)));
  return error;
}

}  // namespace streamworker::query
