#include "config/all_streams.h"

namespace streamworker::config {

std::vector<const Stream*> all_streams(const File& file) {
  std::vector<const Stream*> all;
  for (const Stream& stream : file.streams) all.push_back(&stream);
  for (const Table& table : file.tables)
    if (table.has_topic()) all.push_back(&table.source);
  return all;
}

}  // namespace streamworker::config
