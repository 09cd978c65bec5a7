#include "sql/binder.h"

#include <sqlite3.h>

#include "record/decimal.h"
#include "record/timestamp.h"
#include "record/uuid.h"
#include "sql/pseudo.h"

namespace streamworker::sql {
namespace {

void bind_text(sqlite3_stmt* statement, int slot, std::string_view text) {
  sqlite3_bind_text(statement, slot, text.empty() ? "" : text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
}

void bind_blob(sqlite3_stmt* statement, int slot, std::string_view bytes) {
  sqlite3_bind_blob(statement, slot, bytes.empty() ? "" : bytes.data(),
                    static_cast<int>(bytes.size()), SQLITE_STATIC);
}

// What SQLite has no type for, as text.
void bind_made(sqlite3_stmt* statement, int slot, const Value& value, std::string& scratch) {
  scratch.clear();
  if (value.kind() == Value::Kind::Timestamp) {
    append_sqlite_time(value.as_int(), scratch);
  } else if (value.kind() == Value::Kind::Date) {
    DateFormat().append(value.as_int(), scratch);
  } else {
    append_uuid(value.as_uuid(), scratch);
  }
  bind_text(statement, slot, scratch);
}

void bind_value(sqlite3_stmt* statement, int slot, const Value& value, std::string& scratch) {
  switch (value.kind()) {
    case Value::Kind::Null:
      sqlite3_bind_null(statement, slot);
      return;
    case Value::Kind::Int:
    case Value::Kind::Bool:
      sqlite3_bind_int64(statement, slot, value.as_int());
      return;
    case Value::Kind::Double:
      sqlite3_bind_double(statement, slot, value.as_double());
      return;
    case Value::Kind::Decimal:
      sqlite3_bind_double(statement, slot, decimal_to_double(value.as_unscaled(), value.scale()));
      return;
    case Value::Kind::String:
    case Value::Kind::Json:
      bind_text(statement, slot, value.as_view());
      return;
    case Value::Kind::Bytes:
      bind_blob(statement, slot, value.as_view());
      return;
    case Value::Kind::Timestamp:
    case Value::Kind::Date:
    case Value::Kind::Uuid:
      bind_made(statement, slot, value, scratch);
      return;
  }
}

}  // namespace

Binder::Binder(const Parameters& parameters) {
  for (const Source& source : parameters) parameters_.push_back({source, {}});
}

Result<void> Binder::bind(sqlite3_stmt* statement, const Value* row, const Meta& meta,
                          std::string_view topic) {
  int slot = 0;
  for (Parameter& parameter : parameters_) {
    ++slot;
    if (!parameter.source.pseudo) {
      bind_value(statement, slot, row[parameter.source.slot], parameter.scratch);
      continue;
    }
    const auto value = pseudo_value(*parameter.source.pseudo, meta, topic, parameter.scratch);
    if (!value) return value.error();
    bind_value(statement, slot, *value, parameter.scratch);
  }
  return {};
}

}  // namespace streamworker::sql
