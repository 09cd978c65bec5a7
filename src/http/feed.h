// An answer that has no end of its own: server-sent events, for as long as the client listens
// (DESIGN 7.4). One thread at a time.
#pragma once

#include <string>
#include <string_view>

namespace streamworker::http {

class Feed {
 public:
  virtual ~Feed() = default;
  // Appends what there is to be said now, and no more than some 100 KiB of it. False: that was all,
  // and the connection is to be closed. To be called again when the client has taken it, at the
  // latest after a second.
  virtual bool write(std::string& out) = 0;
  // Appends that it ends here.
  virtual void end(std::string_view why, std::string& out) = 0;
};

}  // namespace streamworker::http
