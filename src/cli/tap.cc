// `streamworker tap`: follows a stream or a table of a running worker.
#include <algorithm>
#include <cctype>
#include <iostream>

#include <unistd.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/tap_text.h"
#include "codec/json_answer.h"
#include "config/problems.h"
#include "http/client.h"

namespace streamworker::cli {

namespace {

constexpr int kOk = 200;
constexpr int kLater = 503;

struct Followed {
  std::string kind;  // stream, table
  std::string path;
};

Followed followed(const config::File& file, const std::string& name) {
  std::vector<std::string> known;
  for (const config::Table& table : file.tables) {
    if (table.name == name) return {"table", "/tables/" + name + "/changes"};
    known.push_back(table.name);
  }
  for (const config::Stream& stream : file.streams) {
    if (stream.name == name) return {"stream", "/streams/" + name + "/tail"};
    known.push_back(stream.name);
  }
  throw config::ConfigError(
      file.path,
      {{{}, "", "no stream or table is called " + name + config::did_you_mean(name, known)}});
}

std::string encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string query_of(const TapOptions& wanted) {
  std::string out;
  if (wanted.key) out += "?key=" + encoded(*wanted.key);
  if (wanted.limit) out += fmt::format("{}limit={}", out.empty() ? "?" : "&", *wanted.limit);
  return out;
}

void warn(const std::string& text) { std::cerr << "streamworker: " << log::redact(text) << "\n"; }

// Prints events; remembers how the feed ended.
class Printer {
 public:
  Printer(std::string what, bool json) : what_(std::move(what)), json_(json) {}

  // False: nobody reads what is printed.
  bool take(const http::ServerEvent& event) {
    if (event.name == "start")
      start(event.data);
    else if (event.name == "dropped")
      warn(left_out_in_words(event.data));
    else if (event.name == "end")
      end_ = bare(member_of(event.data, "why"));
    else
      std::cout << (json_ ? event.data : lines_.line(event.data, clock_.wall())) << std::endl;
    return std::cout.good();
  }
  // Empty: it did not say.
  const std::string& end() const { return end_; }

 private:
  // Whoever looks at a part of it is told so.
  void start(std::string_view data) const {
    const std::string_view partitions = member_of(data, "partitions");
    const std::string_view here = member_of(partitions, "here");
    const std::string_view of = member_of(partitions, "of");
    const auto count = std::count(here.begin(), here.end(), ',') + 1;
    if (!of.empty() && of != fmt::format("{}", count))
      warn(fmt::format("{}: partitions {} of {} are this worker's, the others are told elsewhere",
                       what_, here, of));
    else if (!json_)
      warn(fmt::format("following {}; Ctrl-C ends it", what_));
  }

  const std::string what_;
  const bool json_;
  SystemClock clock_;
  TapLines lines_;
  std::string end_;
};

int failed(const http::Answered& answered) {
  const auto answer = read_json_answer(answered.body);
  warn(answer ? answer->error
              : fmt::format("what answers there is no worker with feeds (status {})",
                            answered.status));
  return answered.status == kLater ? kUnavailable : kFailed;
}

}  // namespace

int tap(const FileOptions& options, const TapOptions& wanted) {
  const config::File file = load(options);
  const Followed what = followed(file, wanted.name);
  const auto signalled = catch_signals();
  Printer printer(what.kind + " " + wanted.name, wanted.json || isatty(STDOUT_FILENO) == 0);
  bool asked = false;
  const http::Follower follower{[&](const http::ServerEvent& event) { return printer.take(event); },
                                [&] { return asked = asked || signalled(); }};
  const auto answered = http::follow({file.http_host, file.http_port, file.http_token},
                                     what.path + query_of(wanted), follower);
  if (asked || !std::cout.good()) return kDone;
  if (!answered) {
    warn(answered.error().message +
         ": is the worker running, and does it listen there (http.listen, --http-port)?");
    return kUnavailable;
  }
  if (answered->status != kOk || !answered->body.empty()) return failed(*answered);
  if (printer.end() == "limit") return kDone;
  warn("the feed ended: " + (printer.end().empty() ? "the connection was closed" : printer.end()));
  return kUnavailable;
}

}  // namespace streamworker::cli
