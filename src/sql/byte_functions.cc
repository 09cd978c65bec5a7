#include <openssl/evp.h>

#include "record/base64.h"
#include "sql/call.h"
#include "sql/functions.h"
#include "sql/hex.h"

namespace streamworker::sql {
namespace {

void sha256(const Call& call) {
  if (call.null(0)) return;
  constexpr const char* digits = "0123456789abcdef";
  const std::string_view bytes = call.text(0);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("sha256: not available");
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4U];
    hex += digits[digest[i] & 15U];
  }
  call.give_text(hex);
}

void unhex(const Call& call) {
  if (call.null(0)) return;
  const std::string_view text = call.text(0);
  if (text.size() % 2 != 0) return;
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return;
    bytes += static_cast<char>(high * 16 + low);
  }
  call.give_blob(bytes);
}

void base64_decode(const Call& call) {
  if (call.null(0)) return;
  Arena arena;
  if (const auto bytes = decode_base64(call.text(0), arena)) call.give_blob(*bytes);
}

void base64_encode(const Call& call) {
  if (call.null(0)) return;
  std::string text;
  append_base64(call.text(0), text);
  call.give_text(text);
}

}  // namespace

void add_byte_functions(sqlite3* db, Memory& memory) {
  add_function<sha256>(db, memory, {"sha256", 1});
  add_function<unhex>(db, memory, {"unhex", 1});
  add_function<base64_decode>(db, memory, {"base64_decode", 1});
  add_function<base64_encode>(db, memory, {"base64_encode", 1});
}

}  // namespace streamworker::sql
