#include "codec/csv_row.h"

namespace streamworker {
namespace {

// The field's text with its doubled quotes, which then are single ones.
std::string_view without_doubles(std::string_view text, Arena& arena) {
  char* const copy = arena.take(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    copy[size++] = text[i];
    if (text[i] == '"') ++i;
  }
  arena.give_back(text.size() - size);
  return {copy, size};
}

// The quoted field at the front of `row`, which is left behind its last quote.
Result<std::string_view> take_quoted(std::string_view& row, Arena& arena) {
  bool doubled = false;
  for (size_t end = row.find('"', 1); end != std::string_view::npos; end = row.find('"', end + 2)) {
    if (end + 1 < row.size() && row[end + 1] == '"') {
      doubled = true;
      continue;
    }
    const std::string_view text = row.substr(1, end - 1);
    row.remove_prefix(end + 1);
    return doubled ? without_doubles(text, arena) : text;
  }
  return skip("a quote is never closed");
}

Result<std::string_view> take_plain(std::string_view& row) {
  const std::string_view text = row.substr(0, row.find(','));
  if (text.find('"') != std::string_view::npos)
    return skip("a quote within a field that has none at its beginning");
  if (text.find('\n') != std::string_view::npos) return skip("more than one row");
  row.remove_prefix(text.size());
  return text;
}

}  // namespace

Result<void> split_csv(std::string_view row, Arena& arena, std::vector<CsvText>& fields) {
  fields.clear();
  for (;;) {
    const bool quoted = row.starts_with('"');
    const auto text = quoted ? take_quoted(row, arena) : take_plain(row);
    if (!text) return text.error();
    fields.push_back({*text, quoted});
    if (row.empty()) return {};
    if (row.front() != ',') return skip("something follows a field's last quote");
    row.remove_prefix(1);
  }
}

}  // namespace streamworker
