// What follows a table or a stream (DESIGN 7.4), as server-sent events (tap_feed.h):
//
//   /tables/{table}/changes    rows that were committed (table_feed.h)
//   /streams/{stream}/tail     records as they are taken (stream_feed.h)
//   ?key=                      of this key alone, of a table as /tables takes it, of a stream as it
//                              stands on the wire; ?limit=: ends after so many
//
// At most Taps::kMost at once, an eighth of the server's connections: 503 and Retry-After beyond
// it, and where no partition is here. Any thread may call.
#pragma once

#include "http/message.h"
#include "query/readers.h"
#include "query/tables.h"
#include "runtime/status.h"
#include "tap/taps.h"

namespace streamworker::http {

// All must outlive who has it.
struct FeedSources {
  const config::File& file;
  const Plan& plan;
  const StatusBoard& board;
  const query::Tables& tables;
  query::Readers& readers;
  Taps& taps;
  const Clock& clock;
};

class FeedRoutes {
 public:
  explicit FeedRoutes(const FeedSources& from) : from_(from) {}

  static bool takes(const Target& target);
  // REQUIRES: takes(target)
  Response open(const Target& target) const;

 private:
  Response table(const std::string& name, const Target& target) const;
  Response stream(const std::string& name, const Target& target) const;
  Response no_stream(const std::string& name) const;
  const config::Stream* find_stream(const std::string& name) const;

  const FeedSources from_;
};

}  // namespace streamworker::http
