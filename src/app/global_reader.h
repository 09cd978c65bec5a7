// Reads the topics of all tables that every worker holds as a whole, on one thread for the process
// (DESIGN 1.3). It is a member of no group, and reads committed records alone.
//
// A table is there to be read once all was read that its topic had at the start; until then the
// worker is not ready. What is away is waited for; the rows stay readable meanwhile.
//
// One thread at a time.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/global_table.h"
#include "runtime/positions.h"
#include "runtime/status.h"
#include "runtime/table_observer.h"

namespace streamworker {

class GlobalReader {
 public:
  struct Around {
    ConsumerSettings consumer;
    TableObserver& tables;
    StatusBoard& board;
    DurablePositions& durable;                // how far each partition is in the rows
    const std::atomic<bool>* hold = nullptr;  // while it is set, no records are taken
  };
  // All must outlive it.
  GlobalReader(const Parts& parts, Around around);
  ~GlobalReader();

  // One turn; never waits for records. True: something went forward. Stop: a person must act.
  Result<bool> step();
  // Until there may be something to do.
  void wait();
  // Everything was read that was there at the start.
  bool complete() const;
  // Keeps how far it is. Nothing may be called after it.
  void stop();

 private:
  // The i-th partition of the fetch.
  struct Place {
    GlobalTable* table = nullptr;
    GlobalTable::Input* input = nullptr;
  };
  Result<bool> wait_for(const Error& error);
  void close_damaged();
  Result<void> open();
  Result<void> fetch();
  Result<bool> take(size_t i);
  Result<bool> take_all();
  void show_complete();
  Result<void> publish();
  MemberStatus status() const;
  bool held() const { return around_.hold != nullptr && *around_.hold; }

  const Parts& parts_;
  Around around_;
  sql::Engine engine_;
  std::shared_ptr<Heartbeat> heartbeat_ = std::make_shared<Heartbeat>();
  std::vector<std::unique_ptr<GlobalTable>> tables_;
  std::vector<bool> shown_;  // of each
  std::vector<Place> places_;
  std::unique_ptr<Consumer> consumer_;
  bool open_ = false;
  std::string waits_for_;
  Duration started_{};  // steady, as all below
  Duration moved_at_{};
  Duration retry_at_{};
  Duration published_{};
};

}  // namespace streamworker
