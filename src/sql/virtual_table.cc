#include "sql/virtual_table.h"

#include <cstring>
#include <new>

#include <sqlite3.h>

#include "base/format.h"
#include "record/decimal.h"
#include "record/timestamp.h"
#include "record/uuid.h"

namespace streamworker::sql {
namespace {

using Test = Condition::Test;

constexpr double kRows = 1e6;  // of any table, as far as planning goes

// SQLite's objects are the first base, so that its pointers are ours.
struct Table : sqlite3_vtab {
  explicit Table(VirtualTable& of) : sqlite3_vtab{}, held(of) {}
  VirtualTable& held;
};
struct Cursor : sqlite3_vtab_cursor {
  Cursor() : sqlite3_vtab_cursor{} {}
  std::unique_ptr<VirtualCursor> rows;
  bool ended = true;
};

Table& table_of(sqlite3_vtab* table) { return *static_cast<Table*>(table); }
Cursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<Cursor*>(cursor); }

int failed(sqlite3_vtab* table, const std::string& message) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", message.c_str());
  return SQLITE_ERROR;
}

// Nothing is thrown through SQLite.
template <class Do>
int safely(sqlite3_vtab* table, Do what) {
  try {
    return what();
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::exception& error) {
    return failed(table, error.what());
  }
}

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

const char* declared(Type type) {
  switch (type) {
    case Type::Int:
    case Type::Bool:
      return " INTEGER";
    case Type::Double:
    case Type::Decimal:
      return " REAL";
    case Type::Bytes:
      return " BLOB";
    case Type::Any:
      return "";
    default:
      return " TEXT";
  }
}

// Rows have no number: their keys tell them apart.
std::string declaration(const VirtualTable& table) {
  std::string out = "CREATE TABLE t(";
  for (const Field& field : table.schema().fields())
    fmt::format_to(std::back_inserter(out), "{}{}, ", quoted(field.name),
                   declared(field.type.type));
  out += "PRIMARY KEY (";
  for (size_t i = 0; i < table.keys(); ++i)
    fmt::format_to(std::back_inserter(out), "{}{}", i == 0 ? "" : ", ",
                   quoted(table.schema()[i].name));
  return out + ")) WITHOUT ROWID";
}

// NOLINTNEXTLINE(readability-function-size): SQLite says what it is given
int connect(sqlite3* db, void* user, int, const char* const*, sqlite3_vtab** out, char**) {
  auto& held = *static_cast<VirtualTable*>(user);
  const int code = sqlite3_declare_vtab(db, declaration(held).c_str());
  if (code == SQLITE_OK) *out = new Table(held);
  return code;
}

int disconnect(sqlite3_vtab* table) {
  delete &table_of(table);
  return SQLITE_OK;
}

// -1: no test of ours.
int test_of(unsigned char op) {
  switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      return static_cast<int>(Test::Equal);
    case SQLITE_INDEX_CONSTRAINT_GT:
      return static_cast<int>(Test::Greater);
    case SQLITE_INDEX_CONSTRAINT_GE:
      return static_cast<int>(Test::AtLeast);
    case SQLITE_INDEX_CONSTRAINT_LT:
      return static_cast<int>(Test::Less);
    case SQLITE_INDEX_CONSTRAINT_LE:
      return static_cast<int>(Test::AtMost);
    case SQLITE_INDEX_CONSTRAINT_LIKE:
      return static_cast<int>(Test::Like);
    case SQLITE_INDEX_CONSTRAINT_GLOB:
      return static_cast<int>(Test::Glob);
    default:
      return -1;
  }
}

// The plan is a text: a letter for the test and the column's number, for each condition.
int plan(sqlite3_vtab* table, sqlite3_index_info* info) {
  return safely(table, [&] {
    const VirtualTable& held = table_of(table).held;
    std::vector<Condition> conditions;
    std::string text;
    for (int i = 0; i < info->nConstraint; ++i) {
      const auto& one = info->aConstraint[i];
      const int test = test_of(one.op);
      if (one.usable == 0 || test < 0 || one.iColumn < 0) continue;
      if (static_cast<size_t>(one.iColumn) >= held.keys()) continue;
      if (std::strcmp(sqlite3_vtab_collation(info, i), "BINARY") != 0) continue;
      conditions.push_back({static_cast<size_t>(one.iColumn), static_cast<Test>(test), {}});
      fmt::format_to(std::back_inserter(text), "{}{}", static_cast<char>('a' + test), one.iColumn);
      info->aConstraintUsage[i].argvIndex = static_cast<int>(conditions.size());
    }
    const double share = held.share(conditions);
    info->estimatedRows = static_cast<sqlite3_int64>(kRows * share) + 1;
    info->estimatedCost = kRows * share + 1;
    info->idxStr = sqlite3_mprintf("%s", text.c_str());
    info->needToFreeIdxStr = 1;
    return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
  });
}

Value value_of(sqlite3_value* value) {
  const auto view = [&](const void* data) {
    const auto size = static_cast<size_t>(sqlite3_value_bytes(value));
    return size == 0 ? std::string_view("")
                     : std::string_view(static_cast<const char*>(data), size);
  };
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return Value::of_int(sqlite3_value_int64(value));
    case SQLITE_FLOAT:
      return Value::of_double(sqlite3_value_double(value));
    case SQLITE_TEXT:
      return Value::of_string(view(sqlite3_value_text(value)));
    case SQLITE_BLOB:
      return Value::of_bytes(view(sqlite3_value_blob(value)));
    default:
      return {};
  }
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** out) {
  *out = new (std::nothrow) Cursor();
  return *out == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  return safely(cursor->pVtab, [&] {
    const auto more = cursor_of(cursor).rows->next();
    if (!more) return failed(cursor->pVtab, more.error().message);
    cursor_of(cursor).ended = !*more;
    return SQLITE_OK;
  });
}

int filter(sqlite3_vtab_cursor* cursor, int, const char* text, int count, sqlite3_value** values) {
  const int begun = safely(cursor->pVtab, [&] {
    std::vector<Condition> conditions;
    for (int i = 0; i < count; ++i) {
      char* end = nullptr;
      const auto test = static_cast<Test>(*text - 'a');
      const size_t column = std::strtoul(text + 1, &end, 10);
      conditions.push_back({column, test, value_of(values[i])});
      text = end;
    }
    auto rows = table_of(cursor->pVtab).held.open(conditions);
    if (!rows) return failed(cursor->pVtab, rows.error().message);
    cursor_of(cursor).rows = std::move(*rows);
    return SQLITE_OK;
  });
  return begun == SQLITE_OK ? next(cursor) : begun;
}

int at_end(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).ended ? 1 : 0; }

void give_text(sqlite3_context* to, std::string_view text) {
  sqlite3_result_text64(to, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

void give_made(sqlite3_context* to, const Value& value) {
  std::string text;
  if (value.kind() == Value::Kind::Timestamp)
    append_sqlite_time(value.as_int(), text);
  else if (value.kind() == Value::Kind::Date)
    DateFormat().append(value.as_int(), text);
  else
    append_uuid(value.as_uuid(), text);
  give_text(to, text);
}

void give(sqlite3_context* to, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null:
      return sqlite3_result_null(to);
    case Value::Kind::Int:
    case Value::Kind::Bool:
      return sqlite3_result_int64(to, value.as_int());
    case Value::Kind::Double:
      return sqlite3_result_double(to, value.as_double());
    case Value::Kind::Decimal:
      return sqlite3_result_double(to, decimal_to_double(value.as_unscaled(), value.scale()));
    case Value::Kind::String:
    case Value::Kind::Json:
      return give_text(to, value.as_view());
    case Value::Kind::Bytes:
      return sqlite3_result_blob64(to, value.as_view().empty() ? "" : value.as_view().data(),
                                   value.as_view().size(), SQLITE_TRANSIENT);
    default:
      return give_made(to, value);
  }
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* to, int index) {
  return safely(cursor->pVtab, [&] {
    give(to, cursor_of(cursor).rows->row()[index]);
    return SQLITE_OK;
  });
}

// Tables without row numbers are not asked for them.
int row_number(sqlite3_vtab_cursor*, sqlite3_int64*) { return SQLITE_ERROR; }

// Without xCreate a module is a table of its own name.
constexpr sqlite3_module module() {
  sqlite3_module out{};
  out.xConnect = connect;
  out.xBestIndex = plan;
  out.xDisconnect = disconnect;
  out.xOpen = open;
  out.xClose = close;
  out.xFilter = filter;
  out.xNext = next;
  out.xEof = at_end;
  out.xColumn = column;
  out.xRowid = row_number;
  return out;
}
constexpr sqlite3_module kModule = module();

}  // namespace

Result<void> add_table(const Connection& to, VirtualTable& table) {
  if (sqlite3_create_module_v2(to.handle(), table.name().c_str(), &kModule, &table, nullptr) !=
      SQLITE_OK)
    return to.failure();
  return {};
}

}  // namespace streamworker::sql
