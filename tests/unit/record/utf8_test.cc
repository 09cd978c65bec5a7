#include "record/utf8.h"

#include <string>

#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

// A decoder of one code point at a time, by the definition: what the fast one is compared with.
size_t slow_prefix(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const auto byte = [&](size_t i) {
      return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const unsigned lead = byte(0);
    const size_t size = lead < 0x80       ? 1
                        : lead >> 5 == 6  ? 2
                        : lead >> 4 == 14 ? 3
                        : lead >> 3 == 30 ? 4
                                          : 0;
    if (size == 0) return at;
    unsigned point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; ++i) {
      if (byte(i) >> 6 != 2) return at;
      point = point << 6 | (byte(i) & 0x3FU);
    }
    const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return at;
    at += size;
  }
  return at;
}

}  // namespace

TEST_CASE("UTF-8 of every kind") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain ascii, longer than eight bytes"));
  CHECK(is_utf8("é € 😀 \xF4\x8F\xBF\xBF \xED\x9F\xBF \xEE\x80\x80"));
  CHECK(valid_utf8_prefix("0123456789\xFF") == 10);
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                          "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xE2\x82", "\xF0\x9F\x98", "\xC3", "\xC3(", "\xFE"})
    CHECK(valid_utf8_prefix(bad) == 0);
}

TEST_CASE("all short byte sequences, at each place of a word, agree with the definition") {
  for (const size_t before : {size_t{0}, size_t{5}, size_t{7}}) {
    std::string text(before, 'a');
    text += "\x01\x02\x03 tail";
    for (unsigned a = 0x7E; a < 0x100; ++a) {
      for (unsigned b = 0x7E; b < 0x100; ++b) {
        for (const unsigned c : {0x41U, 0x7FU, 0x80U, 0x9FU, 0xA0U, 0xBFU, 0xC0U}) {
          text[before] = static_cast<char>(a);
          text[before + 1] = static_cast<char>(b);
          text[before + 2] = static_cast<char>(c);
          if (valid_utf8_prefix(text) != slow_prefix(text))
            FAIL("bytes " << a << " " << b << " " << c << " behind " << before);
        }
      }
    }
  }
  SUCCEED();
}
