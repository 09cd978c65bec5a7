#include "store/changelog.h"

namespace streamworker::store {

void append_row_key(std::string_view key, std::string& out) {
  out += kRowKey;
  out.append(key);
}

Result<Change> change_of(const Message& message) {
  const auto foreign = [&] {
    return stop("the record at offset " + std::to_string(message.offset) +
                " was not written by a table: somebody else writes to this changelog");
  };
  if (!message.key || message.key->empty()) return foreign();
  if (*message.key == kProgressKey) {
    if (!message.value) return foreign();
    return Change{{}, message.value, true};
  }
  if (message.key->front() != kRowKey) return foreign();
  return Change{message.key->substr(1), message.value, false};
}

}  // namespace streamworker::store
