#include "base/log_form.h"

#include "base/human.h"

namespace streamworker::log {
namespace {

// After some first bytes the second is narrower.
bool second_fits(unsigned lead, unsigned second) {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second <= 0x9f;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second <= 0x8f;
    default:
      return true;
  }
}

// Bytes of the UTF-8 character at the start of `text`, 0 when it is not one (overlong forms,
// surrogates and what lies beyond U+10FFFF included).
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  return second_fits(lead, byte(1)) ? length : 0;
}

// Control characters, the C1 ones of two bytes (U+0080..U+009F) included: terminals obey them.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  return first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
  }
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text.substr(at));
    const std::string_view character = text.substr(at, length);
    if (length == 0)
      out += "\\ufffd";
    else if (length == 1 && is_control(character))
      fmt::format_to(std::back_inserter(out), "\\u{:04x}",
                     static_cast<unsigned char>(character[0]));
    else if (character == "\"" || character == "\\")
      out.append("\\").append(character);
    else
      out += character;
    at += length == 0 ? 1 : length;
  }
  out += '"';
}

}  // namespace

std::string_view level_name(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warn";
    case Level::Error:
      return "error";
    case Level::Off:
      break;
  }
  return "off";
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text.substr(at));
    const std::string_view character = text.substr(at, length == 0 ? 1 : length);
    if (length == 0 || is_control(character))
      append_escaped(out, character);
    else
      out += character;
    at += character.size();
  }
  return out;
}

std::string json_line(WallTime at, Level level, std::string_view module, std::string_view text) {
  std::string out =
      fmt::format(R"({{"time":"{}","level":"{}","module":)", format_time(at), level_name(level));
  append_json(out, module);
  out += R"(,"message":)";
  append_json(out, text);
  out += "}\n";
  return out;
}

}  // namespace streamworker::log
