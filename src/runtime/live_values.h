// What the rows of the settings table make of the file (DESIGN 6.2).
//
// Each value is judged by the file's own rules: the file is read and compiled again with it. One
// that is refused leaves in effect what was: the value that was taken under this name before, else
// the file's. A row that is gone gives back the file's. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/live.h"
#include "runtime/status.h"

namespace streamworker {

struct SettingRow {
  std::string name;
  std::string value;
  std::string updated_at;
  std::string updated_by;
  std::optional<std::string> refused;  // as the table has it
};

class LiveValues {
 public:
  // A row that came or changed, and what became of it.
  struct Verdict {
    SettingRow row;
    std::optional<std::string> refused;  // why; none: it was taken
  };
  struct Outcome {
    std::vector<Verdict> verdicts;
    std::vector<std::string> gone;  // names whose rows were deleted
    bool changed = false;           // `file()` is another one now
  };

  // `file` as it was parsed; must outlive this object.
  explicit LiveValues(const config::File& file) : file_(file), now_(file) {}

  // All rows of the application. An error: the file itself can no longer be read (a password's file
  // is gone); nothing was judged.
  Result<Outcome> take(std::vector<SettingRow> rows);

  // The file with what was taken; its live keys alone are meant.
  const config::File& file() const { return now_; }
  // Each live key, then the names that are none and were refused.
  std::vector<SettingStatus> status() const;

 private:
  struct Known {
    SettingRow row;
    std::optional<std::string> refused;
    std::optional<std::string> in_effect;
  };
  using Accepted = std::map<std::string, std::string>;

  // Empty: `values` can be; `file` is what comes of it.
  std::string attempt(const Accepted& values, const std::string& name, config::File& file) const;
  std::string why_not_live(const SettingRow& row) const;
  void judge(Known& one, const std::optional<std::string>& before, Accepted& accepted) const;
  void judge_all(std::vector<Known>& all) const;
  void install(const std::vector<Known>& all, Outcome& outcome);
  std::optional<std::string> in_effect(const std::string& name) const;

  const config::File& file_;
  config::File now_;
  std::map<std::string, Known> known_;
};

}  // namespace streamworker
