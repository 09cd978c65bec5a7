#include "cli/letter_text.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/human.h"
#include "record/base64.h"
#include "record/json_text.h"
#include "record/utf8.h"

namespace streamworker::cli {

namespace {

constexpr size_t kColumns = 7;
constexpr size_t kLeastMessage = 20;
using Row = std::array<std::string, kColumns>;

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// Characters, not bytes.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

// With … at the end where something is missing.
std::string fitted(const std::string& text, size_t width) {
  if (width_of(text) <= width) return text;
  size_t end = 0;
  for (size_t seen = 0; end < text.size(); ++end)
    if (!continues(text[end]) && ++seen == width) break;
  return text.substr(0, end) + "…";
}

Row row_of(const Letter& letter) {
  const LetterId& id = letter.id;
  return {id.at.topic,
          std::to_string(id.at.partition),
          std::to_string(id.offset),
          id.step,
          id.sink.empty() ? id.pipeline : id.pipeline + "/" + id.sink,
          letter.time,
          printable(letter.message, false)};
}

// Numbers to the right.
std::string padded(const std::string& text, size_t width, bool right) {
  const std::string room(width - std::min(width, width_of(text)), ' ');
  return right ? room + text : text + room;
}

void append_text(const char* name, const std::string& text, std::string& out) {
  out += fmt::format("{}\"{}\":", out.size() > 1 ? "," : "", name);
  append_json_string(printable(text, true), out);
}

void append_number(const char* name, int64_t number, std::string& out) {
  out += fmt::format("{}\"{}\":{}", out.size() > 1 ? "," : "", name, number);
}

void append_bytes(const std::optional<std::string>& bytes, std::string& out) {
  if (!bytes) {
    out += "null";
  } else if (is_utf8(*bytes)) {
    append_json_string(*bytes, out);
  } else {
    out += "{\"base64\":\"";
    append_base64(*bytes, out);
    out += "\"}";
  }
}

void append_record(const Letter& letter, std::string& out) {
  out += ",\"key\":";
  append_bytes(letter.key, out);
  out += ",\"value\":";
  append_bytes(letter.value, out);
  out += ",\"headers\":[";
  for (size_t i = 0; i < letter.headers.size(); ++i) {
    out += i == 0 ? "[" : ",[";
    append_bytes(letter.headers[i].first, out);
    out += ',';
    append_bytes(letter.headers[i].second, out);
    out += ']';
  }
  out += ']';
}

std::string escaped(char byte) {
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
}

// The character at `at` of a valid text; returns how many bytes were looked at.
size_t append_printable(std::string_view text, size_t at, bool lines, std::string& out) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
    out += escaped(text[at + 1]);  // U+0080 to U+009F are control characters, too
    return 2;
  }
  const bool control = byte < 0x20 || byte == 0x7F;
  if (control && !(lines && byte == '\n'))
    out += escaped(text[at]);
  else
    out += text[at];
  return 1;
}

}  // namespace

std::string printable(std::string_view bytes, bool lines) {
  std::string out;
  while (!bytes.empty()) {
    const size_t good = valid_utf8_prefix(bytes);
    for (size_t i = 0; i < good;) i += append_printable(bytes, i, lines, out);
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    out += escaped(bytes.front());
    bytes.remove_prefix(1);
  }
  return out;
}

std::string letter_table(const std::vector<StoredLetter>& letters, std::optional<size_t> width) {
  std::vector<Row> rows = {{"TOPIC", "PARTITION", "OFFSET", "STEP", "PIPELINE", "TIME", "MESSAGE"}};
  for (const StoredLetter& one : letters) rows.push_back(row_of(one.letter));
  std::array<size_t, kColumns> widths{};
  for (const Row& row : rows)
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  size_t before = 0;  // columns before the message, with what is between
  for (size_t i = 0; i + 1 < kColumns; ++i) before += widths[i] + 2;
  if (width) widths.back() = std::max(kLeastMessage, *width - std::min(*width, before));
  std::string out;
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < kColumns; ++i)
      out += padded(row[i], widths[i], i == 1 || i == 2) + "  ";
    out += fitted(row.back(), widths.back()) + "\n";
  }
  return out;
}

std::string letter_whole(const Letter& letter) {
  const LetterId& id = letter.id;
  std::string out = fmt::format("{}@{}\n", to_string(id.at), id.offset);
  const auto line = [&](const char* name, const std::string& text) {
    if (!text.empty()) out += fmt::format("  {:<10} {}\n", name, printable(text, false));
  };
  line("step", id.step);
  line("pipeline", id.pipeline);
  line("sink", id.sink);
  line("refused at", letter.time);
  line("message", letter.message);
  line("cut", letter.cut);
  line("timestamp", format_time(letter.timestamp));
  line("key", letter.key.value_or("(null)"));
  for (const auto& [name, value] : letter.headers)
    line("header", name + ": " + value.value_or("(null)"));
  out += letter.value ? fmt::format("  value      {}\n", format_bytes(std::ssize(*letter.value))) +
                            printable(*letter.value, true) + "\n"
                      : "  value      (null)\n";
  return out;
}

std::string letter_json(const Letter& letter, bool whole) {
  const LetterId& id = letter.id;
  std::string out = "{";
  append_text("topic", id.at.topic, out);
  append_number("partition", id.at.partition, out);
  append_number("offset", id.offset, out);
  append_text("step", id.step, out);
  append_text("pipeline", id.pipeline, out);
  append_text("sink", id.sink, out);
  append_text("time", letter.time, out);
  append_text("message", letter.message, out);
  append_text("cut", letter.cut, out);
  append_number("timestamp", letter.timestamp.time_since_epoch().count(), out);
  if (whole) append_record(letter, out);
  return out + "}\n";
}

}  // namespace streamworker::cli
