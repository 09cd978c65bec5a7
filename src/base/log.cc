// The lines go to stderr through one spdlog sink, each with one write. The logger is never
// destroyed: a thread that logs while the program ends finds it still there.
#include "base/log.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log_folding.h"
#include "base/log_form.h"

namespace streamworker::log {
namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warn:
      return spdlog::level::warn;
    case Level::Error:
      return spdlog::level::err;
    case Level::Off:
      break;
  }
  return spdlog::level::off;
}

Level our_level(spdlog::level::level_enum level) {
  if (level <= spdlog::level::debug) return Level::Debug;
  if (level == spdlog::level::info) return Level::Info;
  return level == spdlog::level::warn ? Level::Warn : Level::Error;
}

// The level in our own words, five wide; `%*` in the pattern.
class LevelFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& line, const std::tm&,
              spdlog::memory_buf_t& out) override {
    fmt::format_to(std::back_inserter(out), "{:<5}", level_name(our_level(line.level)));
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<LevelFlag>();
  }
};

class JsonForm final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& out) override {
    const auto at = std::chrono::time_point_cast<Duration>(line.time);
    out.append(json_line(at, our_level(line.level),
                         {line.logger_name.data(), line.logger_name.size()},
                         {line.payload.data(), line.payload.size()}));
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<JsonForm>(); }
};

std::unique_ptr<spdlog::formatter> text_form() {
  auto form = std::make_unique<spdlog::pattern_formatter>();
  form->add_flag<LevelFlag>('*').set_pattern("%Y-%m-%d %H:%M:%S.%e %^%*%$ %-9n %v");
  return form;
}

// A reader of our output that goes away must not end the worker (SIGPIPE), and a standard stream
// that was closed before the start must not become the descriptor of a database file.
void secure_standard_streams() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
  for (int stream = 0; stream <= 2; ++stream) {
    if (fcntl(stream, F_GETFD) != -1) continue;
    const int null = open("/dev/null", O_RDWR);
    if (null != -1 && null != stream) {
      dup2(null, stream);
      close(null);
    }
  }
}

bool no_color() {
  const char* wish = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): never set by us
  return wish != nullptr && *wish != '\0';
}

class Log {
 public:
  Log() : sink_(no_color() ? spdlog::color_mode::never : spdlog::color_mode::automatic) {
    secure_standard_streams();
    sink_.set_formatter(text_form());
  }

  void configure(const Settings& settings) {
    const std::scoped_lock lock(mutex_);
    settings_ = settings;
    Level lowest = settings.level;
    for (const auto& [module, level] : settings.modules) lowest = std::min(lowest, level);
    lowest_ = lowest;
    if (settings.form == Form::Json)
      sink_.set_formatter(std::make_unique<JsonForm>());
    else
      sink_.set_formatter(text_form());
  }

  bool enabled(Level level, std::string_view module) {
    if (level < lowest_.load(std::memory_order_relaxed) || level == Level::Off) return false;
    const std::scoped_lock lock(mutex_);
    const auto own = settings_.modules.find(std::string(module));
    return level >= (own == settings_.modules.end() ? settings_.level : own->second);
  }

  void write(Level level, std::string_view module, std::string_view text, Repeats repeats) {
    const std::scoped_lock lock(mutex_);
    const std::string shown = without_secrets(text);
    const Duration now = clock_.steady();
    for (const auto& folded : folding_.expired(now)) put(folded.level, folded.module, folded.text);
    if (repeats == Repeats::Keep || folding_.take(now, level, module, shown))
      put(level, module, shown);
  }

  void hide(std::string_view secret) {
    const std::scoped_lock lock(mutex_);
    if (std::find(secrets_.begin(), secrets_.end(), secret) != secrets_.end()) return;
    secrets_.emplace_back(secret);
    // The longest first: a secret may be part of another.
    std::stable_sort(secrets_.begin(), secrets_.end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
  }

  std::string redact(std::string_view text) {
    const std::scoped_lock lock(mutex_);
    return without_secrets(text);
  }

  void finish() {
    const std::scoped_lock lock(mutex_);
    for (const auto& folded : folding_.rest(clock_.steady()))
      put(folded.level, folded.module, folded.text);
  }

 private:
  void put(Level level, std::string_view module, std::string_view text) {
    const std::string line = settings_.form == Form::Json ? std::string(text) : printable(text);
    try {
      sink_.log(spdlog::details::log_msg(clock_.wall(), spdlog::source_loc{}, module,
                                         spdlog_level(level), line));
    } catch (const std::exception&) {
      // Nobody is left to be told: stderr is what failed.
      return;
    }
  }

  std::string without_secrets(std::string_view text) const {
    std::string out(text);
    for (const auto& secret : secrets_)
      for (size_t at = out.find(secret); at != std::string::npos; at = out.find(secret, at + 3))
        out.replace(at, secret.size(), "***");
    return out;
  }

  std::mutex mutex_;
  SystemClock clock_;
  Settings settings_;
  std::atomic<Level> lowest_ = Level::Info;
  std::vector<std::string> secrets_;
  Folding folding_;
  spdlog::sinks::ansicolor_stderr_sink_st sink_;
};

Log& the_log() {
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): the one agreed exception
  static Log& log = [&]() -> Log& {
    auto made = std::make_unique<Log>();
    std::atexit([] { the_log().finish(); });
    return *made.release();
  }();
  return log;
}

}  // namespace

Level level_named(std::string_view name) {
  if (name == "debug") return Level::Debug;
  if (name == "warn") return Level::Warn;
  return name == "error" ? Level::Error : Level::Info;
}

void configure(const Settings& settings) { the_log().configure(settings); }

bool enabled(Level level, std::string_view module) { return the_log().enabled(level, module); }

void write(Level level, std::string_view module, std::string_view text, Repeats repeats) {
  if (level != Level::Off) the_log().write(level, module, text, repeats);
}

void hide(std::string_view secret) {
  if (secret.size() >= 4) the_log().hide(secret);
}

std::string redact(std::string_view text) { return the_log().redact(text); }

}  // namespace streamworker::log
