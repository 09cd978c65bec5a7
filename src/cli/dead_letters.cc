// dead-letters list, show and replay.
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "app/letter_replay.h"
#include "app/open_log.h"
#include "base/human.h"
#include "base/log.h"
#include "base/startup_error.h"
#include "cli/commands.h"
#include "cli/letter_text.h"
#include "cli/progress.h"
#include "record/civil.h"

namespace streamworker::cli {

namespace {

constexpr Offset kLook = 100;  // records between two looks for a signal

void check(const Result<void>& done) {
  if (!done) throw StartupError(done.error().message);
}

std::optional<WallTime> refused_at(const Letter& letter) {
  Civil civil;
  if (!read_iso(letter.time, civil)) return {};
  const auto micros = local_micros(civil);
  if (!micros) return {};
  return WallTime(Duration(*micros));
}

bool passes(const Letter& letter, const LetterFilter& filter) {
  if (!filter.step.empty() && letter.id.step != filter.step) return false;
  if (!filter.pipeline.empty() && letter.id.pipeline != filter.pipeline) return false;
  if (!filter.message.empty() && letter.message.find(filter.message) == std::string::npos)
    return false;
  if (!filter.since && !filter.until) return true;
  const auto at = refused_at(letter);
  return at && (!filter.since || *at >= *filter.since) && (!filter.until || *at < *filter.until);
}

// Those that pass, at most `limit`; `more`: how many there are beyond.
std::vector<StoredLetter> chosen(const LetterBox& box, const LetterFilter& filter, int64_t& more) {
  std::vector<StoredLetter> all;
  more = 0;
  for (const auto& [id, stored] : box.left()) {
    if (!passes(stored.letter, filter)) continue;
    if (filter.limit && std::ssize(all) >= *filter.limit)
      ++more;
    else
      all.push_back(stored);
  }
  return all;
}

// Until `enough` says so. False: there is no such topic, since no worker with dead letters has
// started yet.
bool fill(
    Log& log, const config::File& file, LetterBox& box,
    const std::function<bool()>& enough = [] { return false; }) {
  const auto topic = log.describe(file.dead_letters.topic);
  if (!topic) throw StartupError(topic.error().message);
  if (!*topic) return false;
  check(read_all(log, *letter_consumer(log, file.app), {file.dead_letters.topic, 0},
                 [&](const Message& message) -> Result<bool> {
                   box.add(message);
                   return message.offset % kLook != 0 || !enough();
                 }));
  return true;
}

// Where the letters of this record stand, "data[3]@120".
std::set<Offset> stored_of(const LetterBox& box, const std::string& which) {
  std::set<Offset> stored;
  for (const auto& [id, one] : box.left())
    if (fmt::format("{}@{}", to_string(id.at), id.offset) == which) stored.insert(one.stored);
  return stored;
}

std::optional<size_t> terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0)
    return {};
  return size.ws_col;
}

std::string in_words(int64_t count) {
  return format_count(count) + (count == 1 ? " letter" : " letters");
}

void warn_of_apart(const LetterReplay& replay, const std::vector<StoredLetter>& letters) {
  const auto names = replay.apart(letters);
  if (names.empty()) return;
  std::cerr << fmt::format(
      "warning: how far {} came is not looked at; a record that is still to be taken there is "
      "taken twice. Replay while a worker runs and nothing is paused, stopped or away\n",
      fmt::join(names, ", "));
}

// The lines of an outcome that is not only good go to stderr.
int tell(const LetterReplay& replay, int64_t more) {
  std::cerr << in_words(replay.replayed()) << " replayed\n";
  for (const auto& [why, count] : replay.left())
    std::cerr << in_words(count) << " left: " << why << "\n";
  if (more > 0) std::cerr << in_words(more) << " left beyond the limit\n";
  return replay.left().empty() ? kDone : kFailed;
}

}  // namespace

int list_letters(const FileOptions& options, const DeadLetterOptions& wanted) {
  const config::File file = load(options);
  const auto log = open_log(file);
  LetterBox box(file.app);
  fill(*log, file, box);
  int64_t more = 0;
  const auto letters = chosen(box, wanted.filter, more);
  if (wanted.json) {
    for (const StoredLetter& one : letters) std::cout << letter_json(one.letter, false);
    return kDone;
  }
  if (!letters.empty()) std::cout << letter_table(letters, terminal_width());
  std::cerr << in_words(std::ssize(letters)) << " in " << file.dead_letters.topic;
  if (more > 0) std::cerr << ", " << format_count(more) << " more beyond the limit";
  std::cerr << "\n";
  return kDone;
}

int show_letters(const FileOptions& options, const DeadLetterOptions& wanted) {
  const config::File file = load(options);
  const auto log = open_log(file);
  LetterBox box(file.app);
  const std::set<Offset> stored =
      fill(*log, file, box) ? stored_of(box, wanted.which) : std::set<Offset>();
  if (stored.empty()) {
    std::cerr << "no letter of " << wanted.which
              << " is left; `dead-letters list` shows what there is\n";
    return kFailed;
  }
  const auto print = [&](const Message& message) -> Result<bool> {
    if (!stored.contains(message.offset)) return true;
    const LetterRecord record = read_letter(message);
    if (const auto* letter = std::get_if<Letter>(&record))
      std::cout << (wanted.json ? letter_json(*letter, true) : letter_whole(*letter));
    return message.offset < *stored.rbegin();
  };
  check(read_all(*log, *letter_consumer(*log, file.app), {file.dead_letters.topic, 0}, print));
  return kDone;
}

int replay_letters(const FileOptions& options, const DeadLetterOptions& wanted) {
  const auto signal_came = catch_signals();
  const config::File file = load(options);
  const Plan plan = compile(file);
  const auto log = open_log(file);
  const SystemClock clock;
  LetterReplay replay(*log, file, plan, clock);
  check(replay.start());
  LetterBox box(file.app);
  fill(*log, file, box, signal_came);
  if (signal_came()) return kFailed;
  int64_t more = 0;
  const auto letters = chosen(box, wanted.filter, more);
  warn_of_apart(replay, letters);
  Progress progress(file.dead_letters.topic, std::ssize(letters), clock);
  const auto done = replay.run(letters, [&](int64_t count) {
    progress.show(count);
    return !signal_came();
  });
  progress.finish(replay.replayed());
  const int code = tell(replay, more);
  check(done);
  return code;
}

}  // namespace streamworker::cli
