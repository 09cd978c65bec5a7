// Tables of a pipeline file with rows on the disk, as stream threads would have them open.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/parse.h"
#include "query/readers.h"
#include "query/row_cursor.h"
#include "query/window_rows.h"
#include "unit/store/folder.h"

namespace streamworker::query {

class World {
 public:
  // `tables_text`: the mapping under `tables:`, over the stream `a` {id: string, n: int, t:
  // "string?"} that is keyed by id. `stream`: more keys of it.
  explicit World(const std::string& tables_text, const std::string& stream = "");

  // Opens partitions 0 to count - 1, in the hands of `owner`.
  void open(const std::string& table, int32_t count);
  // A record with these values, key first, for the row that they are of; into this partition.
  // `window`: what stands in front of the key (table/window_key.h). `last`: of a session.
  struct Where {
    int32_t partition = 0;
    std::string window = {};
    std::optional<int64_t> last = {};
  };
  void add(const std::string& table, const Where& where, std::vector<Value> values);
  // Into the partition that its key belongs to.
  void add(const std::string& table, std::vector<Value> values);

  // Stream time of all partitions.
  void pass(const std::string& table, int64_t stream_time);

  const TableInfo& info(const std::string& table) { return *tables.find(table); }
  // `key` as a person writes it → the columns; "absent", or an error.
  std::string get(const std::string& table, const std::string& key);
  // "key {columns}" of each row.
  std::vector<std::string> rows(const std::string& table, const Range& range = {});

  // The answer's rows, or an error.
  std::string sql(const std::string& statement, const SqlLimits& limits = {});
  // "start-end {columns}" of each window of the key, in seconds.
  std::vector<std::string> windows(const std::string& table, const std::string& key,
                                   const WindowsAsked& asked);

  ManualClock clock{WallTime(std::chrono::seconds(1795245161))};
  config::File file;
  Plan plan;
  Tables tables;
  Readers readers;
  std::shared_ptr<Heartbeat> owner = std::make_shared<Heartbeat>();

 private:
  store::Folder folder_;
  std::map<std::string, std::vector<std::shared_ptr<store::Partition>>> partitions_;
};

}  // namespace streamworker::query
