// One request's bytes in, its response's bytes out: cpp-httplib's parser between strict checks of
// ours, with no socket in sight, so that nothing can make it wait or grow.
//
// What is refused before the library sees it: header blocks that are not made of `name: value`
// lines (400), more than 100 headers (431), any Range (416), Expect (417) and body (413) but that
// of a POST which `takes_body` knows, a missing or repeated Host (400), and where hosts are given
// a Host outside of it (421, DNS rebinding). Behind it: requests without the token, where one is
// asked for (401; /health needs none), methods other than GET and HEAD, but POST where `takes_post`
// says so (405), a POST from a page of another site (403: an Origin that is not this Host), and
// targets that `parse_target` refuses (400).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "http/message.h"

namespace streamworker::http {

struct Reply {
  std::string bytes;  // of the whole response
  int status = 500;
  std::string route = "other";
  bool close = true;                // no further request may follow on this connection
  std::optional<size_t> lane = {};  // as Response has it
  std::shared_ptr<Feed> feed = {};  // likewise; the bytes are the head that stands before it
};

// Who may ask.
struct Guard {
  std::vector<std::string> hosts = {};  // lower-case names without port; empty: any
  Secret token = {};                    // empty: anybody
};

// A request's header block with its body may not be longer than this, its request line 8192 bytes.
constexpr size_t kMostHeadBytes = size_t{16} * 1024;

// A reply made by hand, which ends the connection.
Reply refuse(int status, std::string_view code, std::string_view message);

// Belongs to one thread.
class Protocol {
 public:
  // `handler` must outlive this.
  Protocol(const Handler& handler, Guard guard);
  ~Protocol();
  // How many bytes behind the head are this request's; 0 also where it has a body that is refused.
  static size_t body_size(std::string_view head);
  // `head`: the request line and headers with the empty line that ends them; `body`: as many bytes
  // as body_size says. `last`: the connection ends after this request. Does not throw.
  Reply reply(std::string_view head, std::string_view body, bool last);
  Reply reply(std::string_view head, bool last) { return reply(head, {}, last); }

 private:
  class Parser;
  const Guard guard_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace streamworker::http
