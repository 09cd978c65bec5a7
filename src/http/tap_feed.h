// What a listener of a stream or table is told, as server-sent events:
//
//   event: start            data: {"table":"t","partitions":{"here":[0,1],"of":2}}
//   (no name)               data: {"key":"a","value":{"n":2}}
//   event: dropped          data: {"slow":0,"rate":120,"size":0}: so many were left out here
//   event: end              data: {"why":"…"}, before the connection is closed
//   a comment               when there was nothing for 15 s
//
// One thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "http/feed.h"
#include "tap/taps.h"

namespace streamworker::http {

class TapFeed : public Feed {
 public:
  // `limit`: it ends after so many events. The clock must outlive it.
  TapFeed(std::unique_ptr<Taps::Listener> listener, std::optional<int64_t> limit,
          const Clock& clock);

  bool write(std::string& out) final;
  void end(std::string_view why, std::string& out) final;

 protected:
  using Say = std::function<void(std::string_view json)>;
  // What it follows, as JSON.
  virtual std::string start() = 0;
  // Not empty: why it is over.
  virtual std::string over() = 0;
  virtual void show(const TapEvent& event, const Say& say) = 0;

 private:
  bool full() const { return limit_ && said_ >= *limit_; }
  void tell(std::string& out);

  const std::unique_ptr<Taps::Listener> listener_;
  const std::optional<int64_t> limit_;
  const Clock& clock_;
  bool started_ = false;
  int64_t said_ = 0;
  Duration said_at_{};  // steady
};

}  // namespace streamworker::http
