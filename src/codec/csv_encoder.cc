#include "codec/csv_encoder.h"

#include <algorithm>

namespace streamworker {
namespace {

// Puts the text that begins at `from` in quotes, where it would be read as something else.
void quote_from(size_t from, std::string& out) {
  const bool plain = out.size() > from && out.find_first_of("\",\r\n", from) == std::string::npos &&
                     out.compare(from, 3, "\xEF\xBB\xBF") != 0;
  if (plain) return;
  size_t read = out.size();
  const auto doubled = std::count(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), '"');
  out.resize(out.size() + static_cast<size_t>(doubled) + 2);
  size_t write = out.size();
  out[--write] = '"';
  while (read > from) {
    const char c = out[--read];
    out[--write] = c;
    if (c == '"') out[--write] = c;
  }
  out[from] = '"';
}

}  // namespace

CsvEncoder::CsvEncoder(const Schema& schema) {
  for (const Field& field : schema.fields()) columns_.push_back({field.name, FieldText(field)});
}

Result<void> CsvEncoder::append(const Value* row, std::string& out) const {
  const size_t start = out.size();
  for (size_t slot = 0; slot < columns_.size(); ++slot) {
    if (slot > 0) out += ',';
    if (row[slot].is_null()) continue;
    const size_t from = out.size();
    if (!columns_[slot].text.append_plain(row[slot], out)) {
      out.resize(start);
      return skip("column " + columns_[slot].name + " is a double that is not finite");
    }
    quote_from(from, out);
  }
  return {};
}

}  // namespace streamworker
