// Tells systemd how the worker is (sd_notify's protocol: datagrams to the socket $NOTIFY_SOCKET).
// Without such a socket, nothing happens. One thread.
#pragma once

#include <string>

#include "base/clock.h"

namespace streamworker {

class Supervisor {
 public:
  // A path, or @name for an abstract one; empty: there is no supervisor. `watchdog`: how often it
  // wants to hear from us at the latest; zero: never.
  Supervisor(const std::string& socket, Duration watchdog, const Clock& clock);
  // From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  static Supervisor from_environment(const Clock& clock);
  ~Supervisor();
  Supervisor(Supervisor&& other) noexcept;
  Supervisor& operator=(Supervisor&&) = delete;

  // Start-up is over: the file is good, HTTP answers. Sent once.
  void ready();
  // One line for `systemctl status`; sent when it is another one.
  void status(const std::string& text);
  // It makes progress, or has a good reason not to. Sent twice in `watchdog`.
  void alive();
  void stopping();

 private:
  void send(const std::string& text) const;

  int socket_ = -1;
  std::string address_;
  Duration watchdog_;
  const Clock& clock_;
  bool ready_ = false;
  bool stopping_ = false;
  std::string status_;
  Duration alive_at_{};  // when the next one is due
};

}  // namespace streamworker
