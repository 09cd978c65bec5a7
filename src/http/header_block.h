// What must be known of a request's header block before a parser may see it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace streamworker::http {

struct HeaderBlock {
  bool well_formed = false;    // three words, then headers; each is a token, a colon, a value
  bool http_1_0 = false;       // the request line ends so
  bool too_many = false;       // more than 100 headers
  bool has_body = false;       // Transfer-Encoding, or a Content-Length that is not 0
  std::optional<size_t> body;  // its bytes, where one Content-Length alone says them
  bool has_range = false;
  bool expects = false;
  std::vector<std::string_view> hosts;  // into the block
};

// `head` ends with the empty line. Reads it once.
HeaderBlock parse_header_block(std::string_view head);

}  // namespace streamworker::http
