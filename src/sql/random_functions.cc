#include <cmath>

#include "record/uuid.h"
#include "sql/call.h"
#include "sql/functions.h"

namespace streamworker::sql {
namespace {

constexpr int64_t kLongestBlob = 1 << 20;

void random(const Call& call) { call.give(static_cast<int64_t>(call.memory().random->next())); }

std::string random_bytes(Random& random, size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += static_cast<char>(random.next() & 0xffU);
  return bytes;
}

void randomblob(const Call& call) {
  const int64_t size = call.integer(0);
  if (size < 0 || size > kLongestBlob) throw std::invalid_argument("randomblob: at most 1 MiB");
  call.give_blob(random_bytes(*call.memory().random, static_cast<size_t>(size)));
}

void random_between(const Call& call) {
  if (call.null(0) || call.null(1)) return;
  Random& random = *call.memory().random;
  if (call.type(0) == SQLITE_INTEGER && call.type(1) == SQLITE_INTEGER) {
    const int64_t from = call.integer(0);
    const int64_t to = call.integer(1);
    if (to < from) throw BadConstant("random_between: the first bound is the smaller one");
    const uint64_t count = static_cast<uint64_t>(to) - static_cast<uint64_t>(from) + 1;
    return call.give(static_cast<int64_t>(static_cast<uint64_t>(from) + random.below(count)));
  }
  const double from = call.real(0);
  const double to = call.real(1);
  if (!(from <= to)) throw BadConstant("random_between: the first bound is the smaller one");
  call.give(from + (to - from) * random.fraction());
}

void one_of(const Call& call) {
  if (call.count() == 0) throw BadConstant("one_of: of what");
  const uint64_t chosen = call.memory().random->below(static_cast<uint64_t>(call.count()));
  call.give(call.argument(static_cast<int>(chosen)));
}

// Version 4 of RFC 9562.
void uuid(const Call& call) {
  const std::string random = random_bytes(*call.memory().random, 16);
  unsigned char bytes[16];
  for (size_t i = 0; i < sizeof bytes; ++i) bytes[i] = static_cast<unsigned char>(random[i]);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
  std::string text;
  append_uuid(bytes, text);
  call.give_text(text);
}

}  // namespace

void add_random_functions(sqlite3* db, Memory& memory) {
  add_function<random>(db, memory, {"random", 0, Repeats::Never});
  add_function<randomblob>(db, memory, {"randomblob", 1, Repeats::Never});
  add_function<random_between>(db, memory, {"random_between", 2, Repeats::Never});
  add_function<one_of>(db, memory, {"one_of", -1, Repeats::Never});
  add_function<uuid>(db, memory, {"uuid", 0, Repeats::Never});
}

}  // namespace streamworker::sql
