#include "http/header_block.h"

#include <string>

#include "unit/catch.h"

namespace streamworker::http {
namespace {

std::string head(const std::string& headers) { return "GET / HTTP/1.1\r\n" + headers + "\r\n"; }

TEST_CASE("an ordinary block is well formed") {
  const std::string text = head("Host: localhost:6066\r\nAccept: */*\r\nX-Empty:\r\n");
  const HeaderBlock block = parse_header_block(text);
  CHECK(block.well_formed);
  REQUIRE(block.hosts.size() == 1);
  CHECK(block.hosts[0] == "localhost:6066");
  CHECK_FALSE(block.has_body);
  CHECK_FALSE(block.has_range);
  CHECK_FALSE(block.http_1_0);
  CHECK(parse_header_block("GET / HTTP/1.0\r\n\r\n").http_1_0);
}

TEST_CASE("what must be refused is noticed in any case of its letters") {
  CHECK(parse_header_block(head("RANGE: bytes=0-\r\n")).has_range);
  CHECK(parse_header_block(head("transfer-Encoding: chunked\r\n")).has_body);
  CHECK(parse_header_block(head("Content-Length: 5\r\n")).has_body);
  CHECK(parse_header_block(head("Content-Length: -1\r\n")).has_body);
  CHECK_FALSE(parse_header_block(head("Content-Length: 0\r\n")).has_body);
  CHECK(parse_header_block(head("Expect: 100-continue\r\n")).expects);
  CHECK(parse_header_block(head("Host: a\r\nhOST: b\r\n")).hosts.size() == 2);
}

TEST_CASE("a block that is not HTTP is not well formed") {
  for (const char* headers :
       {"no colon\r\n", ": no name\r\n", "Name : space before the colon\r\n", " folded: a\r\n",
        "A: b\r\n continued\r\n", "A: b\nB: c\r\n", "A: b\rB: c\r\n", "A: \x01\r\n"}) {
    CAPTURE(headers);
    CHECK_FALSE(parse_header_block(head(headers)).well_formed);
  }
  CHECK_FALSE(parse_header_block("\r\n\r\n").well_formed);
  CHECK_FALSE(parse_header_block("GET / HTTP/1.1\r\nA: b").well_formed);
  CHECK_FALSE(parse_header_block("").well_formed);
}

TEST_CASE("a hundred headers are enough") {
  std::string headers;
  for (int i = 0; i < 100; ++i) headers += "A: b\r\n";
  CHECK_FALSE(parse_header_block(head(headers)).too_many);
  CHECK(parse_header_block(head(headers + "A: b\r\n")).too_many);
}

}  // namespace
}  // namespace streamworker::http
