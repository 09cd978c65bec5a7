#include "sink/parameters.h"

#include <algorithm>

#include "base/format.h"

namespace streamworker::sink {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

// Behind a quote's end. A doubled quote is two texts side by side, which is as good; in MySQL a
// backslash takes what follows with it, but for names.
size_t quote_end(std::string_view text, size_t at, Dialect dialect) {
  const char quote = text[at] == '[' ? ']' : text[at];
  const bool escapes = dialect == Dialect::Mysql && quote != '`';
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == quote) return i + 1;
    if (text[i] == '\\' && escapes) ++i;
  }
  return text.size();
}

size_t line_end(std::string_view text, size_t at) {
  return std::min(text.find('\n', at), text.size());
}

struct Marker {
  size_t begin = 0;
  size_t end = 0;
};

// The next `:name` from `at` on; none: an empty one at the text's end.
Marker next_marker(std::string_view text, size_t at, Dialect dialect) {
  for (size_t i = at; i < text.size();) {
    const size_t behind = skip_opaque(text, i, dialect);
    const bool marked = behind == i && text[i] == ':' && (i == 0 || text[i - 1] != ':');
    if (!marked || i + 1 == text.size() || !starts_name(text[i + 1])) {
      i = std::max(behind, i + 1);
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && continues_name(text[end])) ++end;
    return {i, end};
  }
  return {text.size(), text.size()};
}

Result<void> append_value(const SqlValue& value, const Escaper& escaper, std::string& out) {
  Value literal;
  if (const auto* const number = std::get_if<int64_t>(&value)) literal = Value::of_int(*number);
  if (const auto* const number = std::get_if<double>(&value)) literal = Value::of_double(*number);
  if (const auto* const text = std::get_if<std::string>(&value)) literal = Value::of_string(*text);
  if (!append_literal(literal, escaper, out)) return stop("a number that is not finite");
  return {};
}

}  // namespace

size_t skip_opaque(std::string_view text, size_t at, Dialect dialect) {
  const bool sqlite = dialect == Dialect::Sqlite;
  const char c = text[at];
  const auto next = [&](size_t by) { return at + by < text.size() ? text[at + by] : '\n'; };
  if (c == '\'' || c == '"' || c == '`' || (c == '[' && sqlite))
    return quote_end(text, at, dialect);
  if (c == '#' && !sqlite) return line_end(text, at);
  // MySQL wants a blank behind the two dashes: 1--1 is 2.
  if (c == '-' && next(1) == '-' && (sqlite || static_cast<unsigned char>(next(2)) <= ' '))
    return line_end(text, at);
  if (c == '/' && next(1) == '*') {
    const size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  return at;
}

Error no_such_parameter(std::string_view name, const SqlParameters& parameters) {
  std::string given;
  for (const auto& [known, value] : parameters) given += (given.empty() ? "" : ", ") + known;
  return stop(fmt::format("the parameter :{} has no value; given: {}", name,
                          given.empty() ? "none" : given));
}

Result<std::string> with_parameters(std::string_view statement, const SqlParameters& parameters,
                                    const Escaper& escaper) {
  std::string out;
  for (size_t i = 0;;) {
    const auto [begin, end] = next_marker(statement, i, Dialect::Mysql);
    out += statement.substr(i, begin - i);
    if (begin == end) return out;
    const auto name = statement.substr(begin + 1, end - begin - 1);
    const auto found = parameters.find(std::string(name));
    if (found == parameters.end()) return no_such_parameter(name, parameters);
    if (auto done = append_value(found->second, escaper, out); !done)
      return context(done.error(), fmt::format("the parameter :{}", name));
    i = end;
  }
}

std::vector<std::string> parameter_names(Dialect dialect, std::string_view statement) {
  std::vector<std::string> names;
  for (size_t i = 0;;) {
    const auto [begin, end] = next_marker(statement, i, dialect);
    if (begin == end) return names;
    std::string name(statement.substr(begin + 1, end - begin - 1));
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
    i = end;
  }
}

}  // namespace streamworker::sink
