#include "http/protocol.h"

#include <stdexcept>

#include "unit/catch.h"

namespace streamworker::http {
namespace {

Response echo(const Request& request) {
  if (request.target.has("throw")) throw std::runtime_error("secret=abc");
  if (request.target.has("throw_number")) throw 7;
  Response out;
  out.route = "/echo";
  for (const std::string& segment : request.target.path) out.body += "[" + segment + "]";
  return out;
}

std::string get(const std::string& target, const std::string& headers = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

class Fixture {
 public:
  Reply reply(const std::string& head, bool last = false) { return protocol_.reply(head, last); }

 private:
  const Handler handler_ = echo;
  Protocol protocol_{handler_, {{"localhost", "127.0.0.1", "[::1]"}}};
};

bool starts(const Reply& reply, const std::string& with) { return reply.bytes.starts_with(with); }
bool contains(const Reply& reply, const std::string& text) {
  return reply.bytes.find(text) != std::string::npos;
}

TEST_CASE("a request is answered, and the connection lives on") {
  Fixture it;
  const Reply reply = it.reply(get("/a%2Fb/c?x=1"));
  CHECK(starts(reply, "HTTP/1.1 200 OK\r\n"));
  CHECK(reply.bytes.ends_with("\r\n\r\n[a/b][c]"));
  CHECK(contains(reply, "Content-Length: 8\r\n"));
  CHECK(contains(reply, "X-Content-Type-Options: nosniff\r\n"));
  CHECK(contains(reply, "Cache-Control: no-store\r\n"));
  CHECK(reply.status == 200);
  CHECK(reply.route == "/echo");
  CHECK_FALSE(reply.close);
}

TEST_CASE("the connection ends when either side says so") {
  Fixture it;
  CHECK(it.reply(get("/", "Connection: close\r\n")).close);
  CHECK(it.reply("GET / HTTP/1.0\r\n\r\n").close);
  const Reply last = it.reply(get("/"), true);
  CHECK(last.close);
  CHECK(contains(last, "Connection: close\r\n"));
}

TEST_CASE("HEAD gets the headers alone") {
  Fixture it;
  const Reply reply = it.reply("HEAD /abc HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(contains(reply, "Content-Length: 5\r\n"));
  CHECK(reply.bytes.ends_with("\r\n\r\n"));
}

TEST_CASE("other methods are refused, bodies end the connection") {
  Fixture it;
  const Reply post = it.reply("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  CHECK(post.status == 405);
  CHECK(contains(post, "Allow: GET, HEAD\r\n"));
  for (const char* header : {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) {
    const Reply body =
        it.reply("POST / HTTP/1.1\r\nHost: localhost\r\n" + std::string(header) + "\r\n");
    CHECK(body.status == 413);
    CHECK(body.close);
  }
}

TEST_CASE("one kind of path takes a POST, from no page of another site") {
  Fixture it;
  const auto post = [&](const std::string& path, const std::string& headers) {
    return it.reply("POST " + path + " HTTP/1.1\r\nHost: localhost:6066\r\n" + headers + "\r\n")
        .status;
  };
  CHECK(post("/timers/a/run", "") == 200);
  CHECK(post("/timers/a/run", "Content-Length: 0\r\n") == 200);
  CHECK(post("/timers/a/run", "Content-Length: 2\r\n") == 413);
  CHECK(post("/timers/a/run", "Origin: http://localhost:6066\r\n") == 200);
  for (const char* origin : {"http://evil.example", "null", "http://localhost:6067"})
    CHECK(post("/timers/a/run", "Origin: " + std::string(origin) + "\r\n") == 403);
  for (const char* path :
       {"/timers", "/timers/a", "/timers/a/run/b", "/timers/a/stop", "/health/live"})
    CHECK(post(path, "") == 405);
  const Reply put = it.reply("PUT /timers/a/run HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(put.status == 405);
}

TEST_CASE("one path takes a body with its POST") {
  const auto size = [](const std::string& line, const std::string& headers) {
    return Protocol::body_size(line + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
  };
  CHECK(size("POST /sql", "Content-Length: 8\r\n") == 8);
  CHECK(size("POST /sql?pretty", "content-length: 8\r\n") == 8);
  CHECK(size("POST /sql", "") == 0);
  CHECK(size("GET /sql", "Content-Length: 8\r\n") == 0);
  CHECK(size("POST /timers/a/run", "Content-Length: 8\r\n") == 0);
  CHECK(size("POST /sql", "Content-Length: -8\r\n") == 0);
  CHECK(size("POST /sql", "Content-Length: 8\r\nContent-Length: 9\r\n") == 0);
  CHECK(size("POST /sql", "Content-Length: 8\r\nTransfer-Encoding: chunked\r\n") == 0);
  CHECK(size("POST /sql", "Transfer-Encoding: chunked\r\nContent-Length: 8\r\n") == 0);

  const Handler handler = [](const Request& request) {
    Response out;
    out.body = request.post ? "<" + request.body + ">" : "no post";
    return out;
  };
  Protocol protocol(handler, {});
  const std::string head = "POST /sql HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n";
  const Reply reply = protocol.reply(head, "SELECT 1", false);
  CHECK(reply.bytes.ends_with("<SELECT 1>"));
  CHECK_FALSE(reply.close);
  CHECK(protocol.reply(head, false).status == 413);
  CHECK(protocol.reply(get("/sql"), false).bytes.ends_with("no post"));
}

TEST_CASE("what is to be asked for again says when") {
  const Handler handler = [](const Request&) {
    Response out = error_response(503, "unavailable", "later");
    out.retry_after = 1;
    return out;
  };
  CHECK(contains(Protocol(handler, {}).reply(get("/tables/t"), false), "Retry-After: 1\r\n"));
}

TEST_CASE("where a token is asked for, only those who say it are answered, and health always") {
  const Handler handler = echo;
  Protocol protocol(handler, {{}, Secret("s3cret")});
  const auto status = [&](const std::string& target, const std::string& headers = "") {
    return protocol.reply(get(target, headers), false).status;
  };
  CHECK(status("/tables") == 401);
  CHECK(contains(protocol.reply(get("/tables"), false), "WWW-Authenticate: Bearer\r\n"));
  for (const std::string wrong : {"s3cret", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3cret1",
                                  "bearer s3cret", "Basic s3cret"})
    CHECK(status("/tables", "Authorization: " + wrong + "\r\n") == 401);
  CHECK(status("/tables", "Authorization: Bearer s3cret\r\n") == 200);
  CHECK(status("/health/ready") == 200);
  CHECK(status("/health/../tables") == 401);
}

TEST_CASE("ranges and expectations are refused") {
  Fixture it;
  CHECK(it.reply(get("/", "Range: bytes=0-,0-\r\n")).status == 416);
  CHECK(it.reply(get("/", "Expect: 100-continue\r\n")).status == 417);
}

TEST_CASE("on a loopback address only its own names are answered") {
  Fixture it;
  for (const char* host : {"localhost", "LOCALHOST:6066", "127.0.0.1:1", "[::1]:6066", "[::1]"})
    CHECK(it.reply("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").status == 200);
  for (const char* host : {"evil.example", "localhost.evil.example", "", "127.0.0.1.evil", "[::2]"})
    CHECK(it.reply("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").status == 421);
  CHECK(it.reply("GET / HTTP/1.1\r\n\r\n").status == 400);
  CHECK(it.reply(get("/", "Host: localhost\r\n")).status == 400);
  const Handler handler = echo;
  Protocol open(handler, {});
  CHECK(open.reply("GET / HTTP/1.1\r\nHost: any.example\r\n\r\n", false).status == 200);
}

TEST_CASE("what is not a request is an error in JSON, and the end") {
  Fixture it;
  for (const char* line :
       {"GARBAGE", "GET /", "GET / HTTP/9.9", "GET  / HTTP/1.1", "\x16\x03\x01"}) {
    CAPTURE(line);
    const Reply reply = it.reply(std::string(line) + "\r\nHost: localhost\r\n\r\n");
    CHECK(reply.status == 400);
    CHECK(reply.close);
    CHECK(contains(reply, R"({"error":{"code":"bad_request")"));
  }
  for (const char* target : {"/%00", "/%ff", "/%", "*"}) CHECK(it.reply(get(target)).status == 400);
}

TEST_CASE("a long request line is refused") {
  Fixture it;
  const Reply reply = it.reply(get("/" + std::string(9000, 'a')));
  CHECK(reply.status == 414);
  CHECK(reply.close);
}

TEST_CASE("a handler that throws tells the client nothing") {
  Fixture it;
  for (const char* target : {"/?throw", "/?throw_number"}) {
    const Reply reply = it.reply(get(target));
    CHECK(reply.status == 500);
    CHECK(contains(reply, R"("code":"internal")"));
    CHECK_FALSE(contains(reply, "secret"));
  }
}

TEST_CASE("a client cannot forge what the server knows") {
  Fixture it;
  CHECK(it.reply(get("/a", "REMOTE_ADDR: 1.2.3.4\r\n")).status == 200);
  CHECK(it.reply(get("/a%0d%0aSet-Cookie:%20x")).status == 400);
}

}  // namespace
}  // namespace streamworker::http
