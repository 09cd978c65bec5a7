#include "http/tap_feed.h"

#include <algorithm>
#include <utility>

#include "codec/json_writer.h"

namespace streamworker::http {
namespace {

constexpr Duration kSilence = std::chrono::seconds(15);
constexpr size_t kEnough = size_t{64} * 1024;  // of one turn
constexpr int kMostAtOnce = 100;

// A line break between two tokens of JSON would end the line of the event.
void append_event(std::string_view name, std::string_view json, std::string& out) {
  if (!name.empty()) out.append("event: ").append(name).append("\n");
  out += "data: ";
  const size_t from = out.size();
  out += json;
  const auto is_break = [](char c) { return c == '\n' || c == '\r'; };
  std::replace_if(out.begin() + static_cast<ptrdiff_t>(from), out.end(), is_break, ' ');
  out += "\n\n";
}

void append_left_out(const LeftOut& left, std::string& out) {
  if (!left.any()) return;
  JsonWriter json;
  json.begin_object()
      .member("slow", left.slow)
      .member("rate", left.rate)
      .member("size", left.size)
      .end_object();
  append_event("dropped", json.text(), out);
}

}  // namespace

TapFeed::TapFeed(std::unique_ptr<Taps::Listener> listener, std::optional<int64_t> limit,
                 const Clock& clock)
    : listener_(std::move(listener)), limit_(limit), clock_(clock) {}

bool TapFeed::write(std::string& out) {
  const size_t before = out.size();
  if (!std::exchange(started_, true)) append_event("start", start(), out);
  const std::string why = over();
  if (why.empty()) tell(out);
  if (!why.empty() || full()) {
    end(why.empty() ? "limit" : why, out);
    return false;
  }
  const Duration now = clock_.steady();
  const bool silent = out.size() == before;
  if (silent && now - said_at_ < kSilence) return true;
  if (silent) out += ": nothing new\n\n";
  said_at_ = now;
  return true;
}

void TapFeed::tell(std::string& out) {
  Tap& tap = listener_->tap();
  const auto say = [&](std::string_view json) {
    if (full()) return;
    append_event({}, json, out);
    ++said_;
  };
  for (int i = 0; i < kMostAtOnce && out.size() < kEnough && !full(); ++i) {
    const auto told = tap.next();
    if (!told) return append_left_out(tap.rest(), out);
    append_left_out(told->before, out);
    show(*told->event, say);
  }
}

void TapFeed::end(std::string_view why, std::string& out) {
  append_event("end", JsonWriter().begin_object().member("why", why).end_object().text(), out);
}

}  // namespace streamworker::http
