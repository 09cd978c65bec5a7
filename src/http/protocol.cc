#include "http/protocol.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <httplib.h>

#include "base/format.h"
#include "base/log.h"
#include "http/header_block.h"

namespace streamworker::http {
namespace {

// The library's view of a connection: it reads one head from memory and writes into memory. The
// set of pure virtual functions differs between versions of the library; what one of them does not
// have is a plain function there.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view in) : in_(in) {}
  std::string take() { return std::move(out_); }

  bool is_readable() const override { return true; }
  bool is_writable() const { return true; }  // NOLINT(modernize-use-override): not everywhere
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  time_t duration() const { return 0; }
  ssize_t read(char* to, size_t size) override {
    const size_t n = std::min(size, in_.size());
    std::memcpy(to, in_.data(), n);
    in_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* from, size_t size) override {
    out_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return -1; }

 private:
  std::string_view in_;
  std::string out_;
};

constexpr std::string_view kPost = "POST ";
// It ends with the connection, so it needs no length. Proxies are not to collect it first.
constexpr std::string_view kFeedHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\n";

const char* reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 413:
      return "Payload Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 431:
      return "Request Header Fields Too Large";
    default:
      return "Internal Server Error";
  }
}

// Cheap and true: "localhost:6066", "127.0.0.1", "[::1]:6066" without their port, in lower case.
std::string host_name(std::string_view host) {
  const size_t colon = host.rfind(':');
  const size_t bracket = host.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  std::string out(host.substr(0, has_port ? colon : host.size()));
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// Of a response that begins with its status line, "HTTP/1.1 200 OK".
int status_of(std::string_view response) {
  constexpr size_t at = sizeof "HTTP/1.1 " - 1;
  int status = 0;
  for (const char c : response.substr(std::min(at, response.size()), 3))
    status = status * 10 + (c - '0');
  return status;
}

// What must not even reach the library's parser.
std::optional<Reply> refusal(const HeaderBlock& head, bool may_have_body,
                             const std::vector<std::string>& hosts) {
  if (!head.well_formed) return refuse(400, "bad_request", "the header block is not HTTP");
  if (head.too_many)
    return refuse(431, "too_many_headers", "a request has at most 100 headers here");
  if (head.has_body && !may_have_body) return refuse(413, "no_body", "requests have no body here");
  if (head.has_range) return refuse(416, "no_ranges", "ranges are not served");
  if (head.expects) return refuse(417, "no_expectations", "Expect is not served");
  if (head.hosts.size() > 1 || (head.hosts.empty() && !head.http_1_0))
    return refuse(400, "bad_request", "a request has one Host");
  if (!hosts.empty() && !head.hosts.empty() &&
      std::find(hosts.begin(), hosts.end(), host_name(head.hosts.front())) == hosts.end())
    return refuse(421, "wrong_host", "this address answers to its own names only, as localhost");
  return std::nullopt;
}

// A browser names the page's site with every POST; what is no browser names none.
bool same_site(const httplib::Request& in) {
  const std::string origin = in.get_header_value("Origin");
  const std::string host = in.get_header_value("Host");
  return !in.has_header("Origin") || origin == "http://" + host || origin == "https://" + host;
}

// Takes as long whatever is wrong with `told`.
bool same_text(std::string_view told, std::string_view right) {
  unsigned different = told.size() == right.size() ? 0 : 1;
  for (size_t i = 0; i < told.size(); ++i)
    different |= static_cast<unsigned char>(told[i] ^ right[i % right.size()]);
  return different == 0;
}

Response safely(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    log::error("http", "a request failed: {}", e.what());
  } catch (...) {
    log::error("http", "a request failed");
  }
  return error_response(500, "internal", "internal error; the log says more");
}

}  // namespace

Reply refuse(int status, std::string_view code, std::string_view message) {
  const std::string body = error_body(code, message);
  Reply out;
  out.status = status;
  out.bytes = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
      "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{}",
      status, reason_of(status), body.size(), body);
  return out;
}

// The library's server without its sockets, threads and routes.
class Protocol::Parser final : public httplib::Server {
 public:
  Parser(const http::Handler& handler, const Secret& token) : handler_(handler), token_(token) {
    set_default_headers({{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-store"}});
    set_keep_alive_max_count(10000);
    set_keep_alive_timeout(30);
    set_pre_routing_handler([this](const httplib::Request& in, httplib::Response& out) {
      answer(in, out);
      return HandlerResponse::Handled;
    });
    // Errors that the library finds itself: a bad request line, a line over 8192 bytes.
    set_error_handler(HandlerWithResponse([](const httplib::Request&, httplib::Response& out) {
      if (!out.body.empty()) return HandlerResponse::Unhandled;
      out.set_content(error_body("bad_request", "this is not a request"), "application/json");
      return HandlerResponse::Handled;
    }));
  }

  Reply run(std::string_view head, std::string_view body, bool last) {
    Reply out;
    body_ = body;
    route_ = "other";
    lane_.reset();
    feed_.reset();
    MemoryStream stream(head);
    bool closed = false;
    const bool served = process(*this, stream, last, closed);
    out.bytes = stream.take();
    out.status = status_of(out.bytes);
    out.route = route_;
    out.lane = lane_;
    out.close = last || closed || !served || out.status == 400 || out.status == 414;
    if (feed_) {
      out.bytes = kFeedHead;
      out.feed = std::move(feed_);
      out.close = true;
    }
    return out;
  }

 private:
  // The signature grew between 0.11 and 0.18.
  template <class Self>
  static bool process(Self& self, httplib::Stream& stream, bool last, bool& closed) {
    const std::string nowhere;
    if constexpr (requires {
                    self.process_request(stream, nowhere, 0, nowhere, 0, last, closed, nullptr);
                  })
      return self.process_request(stream, nowhere, 0, nowhere, 0, last, closed, nullptr);
    else
      return self.process_request(stream, last, closed, nullptr);
  }

  void answer(const httplib::Request& in, httplib::Response& out) {
    const Response response = respond(in);
    route_ = response.route;
    lane_ = response.lane;
    if (in.method != "HEAD") feed_ = response.feed;
    out.status = response.status;
    if (!response.allow.empty()) out.set_header("Allow", response.allow);
    if (response.status == 401) out.set_header("WWW-Authenticate", "Bearer");
    if (response.retry_after > 0)
      out.set_header("Retry-After", std::to_string(response.retry_after));
    out.set_content(response.body, response.type);
  }

  Response respond(const httplib::Request& in) {
    Request request;
    request.post = in.method == "POST";
    auto target = parse_target(in.target);
    const bool posted = request.post && target && takes_post(*target);
    if (in.method != "GET" && in.method != "HEAD" && !posted)
      return wrong_method("GET and HEAD only", "GET, HEAD");
    if (!target) return error_response(400, "bad_target", "the path is not valid");
    if (!may_ask(in, *target))
      return error_response(401, "unauthorized",
                            "say the token of http.token_file: Authorization: Bearer …");
    if (posted && !same_site(in))
      return error_response(403, "other_site", "pages of other sites may not do this");
    request.target = std::move(*target);
    request.raw_target = in.target;
    request.meant = in.get_header_value(kMeantHeader);
    request.body = body_;
    request.wants_html = in.get_header_value("Accept").find("text/html") != std::string::npos;
    return safely(handler_, request);
  }

  bool may_ask(const httplib::Request& in, const Target& target) const {
    static const std::vector<std::string> live{"health", "live"};
    static const std::vector<std::string> ready{"health", "ready"};
    return token_.empty() || target.path == live || target.path == ready ||
           same_text(in.get_header_value("Authorization"), "Bearer " + token_.reveal());
  }

  const http::Handler& handler_;
  const Secret& token_;
  std::string route_;
  std::optional<size_t> lane_;
  std::shared_ptr<Feed> feed_;
  std::string_view body_;
};

Protocol::Protocol(const Handler& handler, Guard guard)
    : guard_(std::move(guard)), parser_(std::make_unique<Parser>(handler, guard_.token)) {}

Protocol::~Protocol() = default;

size_t Protocol::body_size(std::string_view head) {
  if (!head.starts_with(kPost)) return 0;
  const std::string_view behind = head.substr(kPost.size());
  const auto target = parse_target(behind.substr(0, behind.find(' ')));
  return target && takes_body(*target) ? parse_header_block(head).body.value_or(0) : 0;
}

Reply Protocol::reply(std::string_view head, std::string_view body, bool last) {
  try {
    if (auto refused = refusal(parse_header_block(head), !body.empty(), guard_.hosts))
      return std::move(*refused);
    return parser_->run(head, body, last);
  } catch (const std::exception& e) {
    log::error("http", "a request failed: {}", e.what());
    return refuse(500, "internal", "internal error; the log says more");
  }
}

}  // namespace streamworker::http
