// What the JSON decoder makes of messages: a stream (see stream_text.h), a message, and the row as
// the encoder writes it, or the error.
#pragma once

#include <span>
#include <string_view>

namespace streamworker::test {

struct DecoderCase {
  std::string_view stream;
  std::string_view message;
  std::string_view expected;  // a row starts with {, an error with $, "the" or another word
};

std::span<const DecoderCase> type_cases();  // fields, types, rules
std::span<const DecoderCase> form_cases();  // JSON itself, and what attackers make of it

}  // namespace streamworker::test
