// Reads the settings table and hands on what changed (DESIGN 6.2).
//
// A thread of its own polls. While the database is away, what was read stays in effect, and the
// reason is logged once and stands in /settings. What is refused is logged and written into the
// row's column `refused`, where it stays until a value is taken. Tests call `poll` by hand instead
// of `start`.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "runtime/live_values.h"
#include "sink/session.h"

namespace streamworker {

class SettingsPoller {
 public:
  // REQUIRES: `file.settings`. `changed` is called by the polling thread with the file as it is to
  // be from now on; what is referred to must outlive this object.
  SettingsPoller(const config::File& file, std::unique_ptr<sink::Session> session,
                 const Clock& clock, StatusBoard& board,
                 std::function<void(const config::File&)> changed);
  ~SettingsPoller();

  void start();
  // Until the first poll is over, whatever came of it. False: `most` was not enough.
  bool wait_for_first(Duration most);
  void poll();
  // To be called now and then, by any thread: a poll that hangs (a server that accepts and says
  // nothing) is cut off, and is tried again like any other.
  void look();

 private:
  void run();
  Result<std::vector<SettingRow>> read();
  Result<void> read_and_take();
  void tell(const LiveValues::Outcome& outcome);
  void tell(const LiveValues::Verdict& verdict);
  Result<void> save();
  void publish();
  // The value in effect and where it comes from; empty: no live key has this name.
  std::string in_words(const std::string& name) const;

  const config::File& file_;
  std::unique_ptr<sink::Session> session_;
  const Clock& clock_;
  StatusBoard& board_;
  std::function<void(const config::File&)> changed_;
  LiveValues values_;
  SettingsStatus status_;
  std::vector<LiveValues::Verdict> unsaved_;  // not in the table yet

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool polling_ = false;  // the thread is at work
  bool tried_ = false;
  std::optional<Duration> began_;  // the poll that the thread is at (steady)
  std::thread thread_;
};

}  // namespace streamworker
