#include "runtime/live_values.h"

#include <algorithm>
#include <tuple>

#include "runtime/plan.h"

namespace streamworker {

namespace {

bool same(const SettingRow& a, const SettingRow& b) {
  return a.value == b.value && a.updated_at == b.updated_at;
}

}  // namespace

Result<LiveValues::Outcome> LiveValues::take(std::vector<SettingRow> rows) {
  // What was set first is taken first, when two values do not go together.
  std::sort(rows.begin(), rows.end(), [](const SettingRow& a, const SettingRow& b) {
    return std::tie(a.updated_at, a.name) < std::tie(b.updated_at, b.name);
  });
  const bool nothing_new = rows.size() == known_.size() &&
                           std::all_of(rows.begin(), rows.end(), [&](const SettingRow& row) {
                             const auto found = known_.find(row.name);
                             return found != known_.end() && same(found->second.row, row);
                           });
  Outcome outcome;
  if (nothing_new) return outcome;
  config::File without;
  if (const std::string reason = attempt({}, "", without); !reason.empty())
    return Error{Remedy::Retry, "the pipeline file can no longer be read: " + reason};
  std::vector<Known> all;
  all.reserve(rows.size());
  for (SettingRow& row : rows) all.push_back({std::move(row), {}, {}});
  judge_all(all);
  install(all, outcome);
  return outcome;
}

// All at once, since that is nearly always right; else each after those before it.
void LiveValues::judge_all(std::vector<Known>& all) const {
  Accepted accepted;
  for (Known& one : all) {
    if (config::is_live(file_, one.row.name))
      accepted[one.row.name] = one.row.value;
    else
      one.refused = why_not_live(one.row);
  }
  config::File file;
  const bool good = attempt(accepted, "", file).empty();
  accepted.clear();
  for (Known& one : all) {
    if (one.refused) continue;
    if (good)
      one.in_effect = one.row.value;
    else
      judge(one, in_effect(one.row.name), accepted);
  }
}

void LiveValues::judge(Known& one, const std::optional<std::string>& before,
                       Accepted& accepted) const {
  const std::string& name = one.row.name;
  const auto works = [&](const std::string& value) {
    Accepted more = accepted;
    more[name] = value;
    config::File file;
    std::string reason = attempt(more, name, file);
    if (reason.empty()) accepted = std::move(more);
    return reason;
  };
  const std::string reason = works(one.row.value);
  if (reason.empty()) {
    one.in_effect = one.row.value;
    return;
  }
  one.refused = reason;
  if (before && works(*before).empty()) one.in_effect = before;
}

void LiveValues::install(const std::vector<Known>& all, Outcome& outcome) {
  Accepted before;
  Accepted after;
  for (const auto& [name, one] : known_)
    if (one.in_effect) before[name] = *one.in_effect;
  std::map<std::string, Known> known;
  for (const Known& one : all) {
    const auto found = known_.find(one.row.name);
    const bool fresh = found == known_.end() || !same(found->second.row, one.row);
    if (fresh) outcome.verdicts.push_back({one.row, one.refused});
    if (one.in_effect) after[one.row.name] = *one.in_effect;
    known[one.row.name] = one;
  }
  for (const auto& [name, one] : known_)
    if (!known.contains(name)) outcome.gone.push_back(name);
  known_ = std::move(known);
  outcome.changed = before != after;
  if (outcome.changed) (void)attempt(after, "", now_);  // it worked when it was judged
}

std::optional<std::string> LiveValues::in_effect(const std::string& name) const {
  const auto found = known_.find(name);
  return found == known_.end() ? std::optional<std::string>() : found->second.in_effect;
}

std::string LiveValues::attempt(const Accepted& values, const std::string& name,
                                config::File& file) const {
  try {
    config::File read = config::with_settings(file_, {values.begin(), values.end()});
    (void)compile(read);
    file = std::move(read);
    return "";
  } catch (const config::ConfigError& error) {
    const config::Problem& first = error.problems().front();
    const bool own = first.path.empty() || first.path == name;
    return own ? first.message : first.path + ": " + first.message;
  }
}

// A name that the file would not know is told as the file tells it.
std::string LiveValues::why_not_live(const SettingRow& row) const {
  config::File file;
  const std::string reason = attempt({{row.name, row.value}}, row.name, file);
  return reason.empty() ? "cannot change while the worker runs: set it in the file and restart"
                        : reason;
}

std::vector<SettingStatus> LiveValues::status() const {
  std::vector<SettingStatus> out;
  const auto told = [&](SettingStatus& one, const Known& known) {
    one.updated_at = known.row.updated_at;
    one.updated_by = known.row.updated_by;
    if (!known.refused) return;
    one.refused_value = known.row.value;
    one.refused = *known.refused;
  };
  for (const config::LiveKey& key : config::live_keys(now_)) {
    SettingStatus one{key.path,
                      key.value.json(true),
                      key.initial.json(true),
                      config::to_string(key.origin),
                      "",
                      "",
                      "",
                      ""};
    const auto found = known_.find(key.path);
    if (found != known_.end()) told(one, found->second);
    out.push_back(std::move(one));
  }
  for (const auto& [name, known] : known_) {
    const std::string& own = name;
    const bool listed = std::any_of(out.begin(), out.end(),
                                    [&](const SettingStatus& one) { return one.name == own; });
    if (listed) continue;
    SettingStatus one{name, "null", "null", "", "", "", "", ""};
    told(one, known);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace streamworker
