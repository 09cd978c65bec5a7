#include "config/find_database.h"

#include <algorithm>

namespace streamworker::config {

const Database* find_database(const File& file, std::string_view name) {
  const auto found = std::find_if(file.databases.begin(), file.databases.end(),
                                  [&](const Database& each) { return each.name == name; });
  return found == file.databases.end() ? nullptr : &*found;
}

}  // namespace streamworker::config
