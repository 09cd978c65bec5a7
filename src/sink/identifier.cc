#include "sink/identifier.h"

#include <algorithm>

#include "base/format.h"

namespace streamworker::sink {
namespace {

constexpr size_t kLongest = 64;  // MySQL's limit

bool acceptable(std::string_view name) {
  return !name.empty() && name.size() <= kLongest && name.back() != ' ' &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

Result<TableName> parse_table_name(std::string_view text) {
  const size_t dot = text.find('.');
  TableName name;
  if (dot == std::string_view::npos) {
    name.table = text;
  } else {
    name.schema = text.substr(0, dot);
    name.table = text.substr(dot + 1);
  }
  const bool schema_ok = dot == std::string_view::npos || acceptable(name.schema);
  if (!schema_ok || !acceptable(name.table) || name.table.find('.') != std::string::npos)
    return stop(
        fmt::format("\"{}\" is no name of a table: it must be table or schema.table", text));
  return name;
}

std::string quoted(Dialect dialect, std::string_view name) {
  const char quote = dialect == Dialect::Mysql ? '`' : '"';
  std::string text(1, quote);
  for (const char c : name) {
    if (c == quote) text += quote;
    text += c;
  }
  return text + quote;
}

std::string quoted(Dialect dialect, const TableName& name) {
  if (name.schema.empty()) return quoted(dialect, name.table);
  return quoted(dialect, name.schema) + '.' + quoted(dialect, name.table);
}

}  // namespace streamworker::sink
