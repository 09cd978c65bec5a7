#include "cli/progress.h"

#include <algorithm>
#include <iostream>

#include <unistd.h>

#include "base/format.h"
#include "base/human.h"

namespace streamworker::cli {

namespace {

constexpr int64_t kWidth = 24;  // of the bar
constexpr Duration kOnTerminal = std::chrono::milliseconds(100);
constexpr Duration kElsewhere = std::chrono::seconds(10);

std::string bar(double share) {
  const auto halves = static_cast<int64_t>(share * static_cast<double>(kWidth * 2));
  std::string text;
  for (int64_t i = 0; i < kWidth; ++i)
    text += i * 2 + 1 < halves ? "━" : i * 2 < halves ? "╸" : " ";
  return text;
}

}  // namespace

Progress::Progress(std::string name, std::optional<int64_t> total, const Clock& clock)
    : name_(std::move(name)),
      total_(total),
      clock_(clock),
      started_(clock.steady()),
      shown_(clock.steady()),
      terminal_(isatty(STDERR_FILENO) != 0) {}

void Progress::show(int64_t done) {
  const Duration now = clock_.steady();
  if (now - shown_ < (terminal_ ? kOnTerminal : kElsewhere)) return;
  shown_ = now;
  std::cerr << (terminal_ ? "\r\033[K" : "") << line(done) << (terminal_ ? "" : "\n") << std::flush;
}

void Progress::finish(int64_t done) {
  std::cerr << (terminal_ ? "\r\033[K" : "") << line(done) << std::endl;
}

std::string Progress::line(int64_t done) const {
  const double seconds =
      std::max(static_cast<double>((clock_.steady() - started_).count()) / 1e6, 1e-3);
  const double rate = static_cast<double>(done) / seconds;
  if (!total_) return fmt::format("{}  {}  {}", name_, format_count(done), format_rate(rate));
  const double share =
      *total_ == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(*total_);
  const double left = rate > 0 ? static_cast<double>(*total_ - done) / rate : 0;
  return fmt::format("{}  {}  {:>3.0f} %  {} of {}  {}  {} left", name_, bar(share), share * 100,
                     format_count(done), format_count(*total_), format_rate(rate),
                     format_left(std::chrono::milliseconds(static_cast<int64_t>(left * 1000))));
}

}  // namespace streamworker::cli
