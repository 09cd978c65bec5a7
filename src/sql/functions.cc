#include "sql/functions.h"

#include <algorithm>
#include <array>

#include "sql/call.h"

namespace streamworker::sql {

void add_functions(sqlite3* db, Memory& memory) {
  add_text_functions(db, memory);
  add_url_functions(db, memory);
  add_byte_functions(db, memory);
  add_time_functions(db, memory);
  add_random_functions(db, memory);
}

bool is_random(std::string_view function) {
  constexpr std::array<std::string_view, 5> random = {"random", "randomblob", "random_between",
                                                      "one_of", "uuid"};
  return std::find(random.begin(), random.end(), function) != random.end();
}

}  // namespace streamworker::sql
