#include "cli/result_table.h"

#include <algorithm>

#include "base/format.h"

namespace streamworker::cli {
namespace {

struct Cell {
  std::string text;
  bool number = false;
};

std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out;
}

// MySQL's decimals come as their text.
bool looks_like_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789.-") == std::string::npos &&
         text.find('-', 1) == std::string::npos;
}

Cell cell_of(const sink::SqlValue& value) {
  if (const auto* const number = std::get_if<int64_t>(&value))
    return {fmt::format("{}", *number), true};
  if (const auto* const number = std::get_if<double>(&value))
    return {fmt::format("{}", *number), true};
  if (const auto* const text = std::get_if<std::string>(&value))
    return {printable(*text), looks_like_number(*text)};
  return {"NULL", false};
}

size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string line_of(const std::vector<Cell>& cells, const std::vector<size_t>& widths) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string pad(widths[i] - width_of(cells[i].text), ' ');
    if (i > 0) line += "  ";
    line += cells[i].number ? pad + cells[i].text : cells[i].text + pad;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line + '\n';
}

}  // namespace

std::string table_text(const sink::SqlResult& result) {
  std::vector<std::vector<Cell>> lines(1);
  for (const std::string& name : result.columns) lines[0].push_back({printable(name), false});
  for (const auto& row : result.rows) {
    auto& line = lines.emplace_back();
    for (const auto& value : row) line.push_back(cell_of(value));
  }
  std::vector<size_t> widths(result.columns.size());
  for (const auto& line : lines)
    for (size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i].text));
  // A heading stands over its numbers.
  for (size_t i = 0; i < widths.size() && lines.size() > 1; ++i)
    lines[0][i].number = lines[1][i].number;
  std::string out;
  for (const auto& line : lines) out += line_of(line, widths);
  return out +
         fmt::format("({} {})\n", result.rows.size(), result.rows.size() == 1 ? "row" : "rows");
}

}  // namespace streamworker::cli
