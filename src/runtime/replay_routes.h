// Which nodes of a stage a replayed record goes through (process/replay.h has the rule).
//
// Also says what a letter concerns, for markers: the same nodes. One for each task; its thread
// only, but for the constructor.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "process/replay.h"
#include "runtime/plan.h"

namespace streamworker {

class ReplayRoutes {
 public:
  // `stage` must outlive this object. `app` is this application.
  ReplayRoutes(const Stage& stage, std::string app) : stage_(stage), app_(std::move(app)) {}

  struct Route {
    std::vector<bool> takes;  // by node: it, or a step before it, is what was meant
    std::vector<bool> walks;  // those, and what leads to them
    bool empty = true;        // nothing here is meant
  };
  // The target's application is not looked at.
  Route route(std::string_view pipeline, std::string_view sink) const;

  // As above, remembered; nothing is meant for another application's. Valid until the next call.
  const Route& of(const ReplayTarget& target);
  bool foreign(const ReplayTarget& target) const { return target.app != app_; }

 private:
  const Stage& stage_;
  std::string app_;
  std::map<std::string, Route> known_;
};

}  // namespace streamworker
