#include "sink/messages.h"

#include "base/format.h"
#include "sink/literal.h"

namespace streamworker::sink {
namespace {

constexpr size_t kShown = 64;  // bytes of a value

// Quotes are doubled, long values are cut.
class Shown final : public Escaper {
 public:
  void escape(std::string_view text, std::string& out) const override {
    for (const char c : text.substr(0, kShown)) {
      if (c == '\'') out += c;
      out += c;
    }
    if (text.size() > kShown) out += "…";
  }
};

}  // namespace

std::string name_of(const PartId& part) {
  return fmt::format("position of {} in {}[{}]", part.sink, part.topic, part.partition);
}

std::string name_of_row(const Table& table, const Batch& rows, size_t row) {
  std::string text;
  for (const size_t slot : table.key) {
    if (!text.empty()) text += ", ";
    text += table.columns[slot].name + ' ';
    append_literal(rows.row(row)[slot], Shown(), text);
  }
  const int64_t offset = rows.meta(row).offset;
  return text.empty() ? fmt::format("offset {}", offset)
                      : fmt::format("{} (offset {})", text, offset);
}

Error other_incarnation(const PartId& part, const std::string& found) {
  const auto shown = [](const std::string& text) { return text.empty() ? "a server's" : text; };
  return stop(
      fmt::format("it belongs to another incarnation of the log ({}, not {}): the topics were made "
                  "anew; delete "
                  "the rows of app \"{}\" in streamworker_offsets to start from the new ones",
                  shown(found), shown(part.incarnation), part.app));
}

}  // namespace streamworker::sink
