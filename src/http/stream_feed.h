// The records of a stream as this worker takes them (DESIGN 7.4):
//
//   {"key":"c1","partition":0,"offset":7,"timestamp":"2026-…","value":{…}}; `value` null: a
//   tombstone; in its place "error" when the record cannot be decoded
//
// They are told when their task has taken them, before they are committed: what is taken again
// after a failure is told again. It ends when no partition of the stream is read here any more.
#pragma once

#include "codec/message_decoder.h"
#include "http/tap_feed.h"
#include "query/row_json.h"
#include "runtime/status.h"

namespace streamworker::http {

class StreamFeed final : public TapFeed {
 public:
  struct Source {
    const config::Stream& stream;
    const StatusBoard& board;
    const Clock& clock;
  };
  // All of `from` must outlive it.
  StreamFeed(std::unique_ptr<Taps::Listener> listener, std::optional<int64_t> limit,
             const Source& from);

 private:
  std::string start() override;
  std::string over() override;
  void show(const TapEvent& event, const Say& say) override;
  Result<std::string> decoded(const TapEvent& event, EventTime& time);

  const Source from_;
  MessageDecoder decoder_;
  query::RowJson json_;
  Arena arena_;
  std::vector<Value> row_;
  Duration looked_at_;  // at what is read here (steady)
};

// The stream's partitions that are read here, ascending.
std::vector<int32_t> partitions_here(const StatusBoard& board, const config::Stream& stream);

}  // namespace streamworker::http
