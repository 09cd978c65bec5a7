#include "config/overrides.h"

#include <algorithm>
#include <array>

#include "config/reading.h"

namespace streamworker::config {

namespace {

constexpr std::string_view kProperties = "kafka.properties.";
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kNamed = {
    {{"streams", "stream"},
     {"pipelines", "pipeline"},
     {"databases", "database"},
     {"timers", "timer"}}};

using Steps = std::vector<std::string>;

Steps steps_of(const std::string& path) {
  if (path.rfind(kProperties, 0) == 0)
    return {"kafka", "properties", path.substr(kProperties.size())};
  Steps out(1);
  for (const char c : path) {
    if (c == '.')
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

void mark_literal(Yaml& yaml, Mark at) {
  yaml.literal = true;
  yaml.at = at;
  for (Yaml& item : yaml.items) mark_literal(item, at);
  for (auto& entry : yaml.entries) {
    entry.at = at;
    mark_literal(entry.value, at);
  }
}

Yaml value_of(const std::string& text, const std::string& path, Mark at,
              std::vector<Problem>& problems) {
  Yaml out;
  if (!text.empty() && (text[0] == '[' || text[0] == '{')) {
    std::vector<Problem> here;
    out = load_yaml(text, here);
    for (const Problem& problem : here) problems.push_back({at, path, problem.message + given(at)});
  } else {
    out.kind = Yaml::Kind::Scalar;
    out.text = text;
  }
  mark_literal(out, at);
  return out;
}

// Things that a path cannot make, only find.
std::string missing_name(const Steps& steps, size_t i, const Yaml& map) {
  if (i != 1) return "";
  for (const auto& [key, what] : kNamed) {
    if (steps[0] != key) continue;
    std::vector<std::string> known;
    for (const auto& entry : map.entries) known.push_back(entry.key);
    return "no " + std::string(what) + " " + quote(steps[1]) + " in the file" +
           suggestion(steps[1], known);
  }
  return "";
}

// Where the path's step leads, made when it is missing. Null: `why` says what is wrong.
Yaml* step_into(const Steps& steps, size_t i, Yaml& at, Mark mark, std::string& why) {
  const std::string& step = steps[i];
  if (step.empty()) {
    why = "a path is names with dots between them, like commit.interval";
    return nullptr;
  }
  if (at.kind == Yaml::Kind::List) {
    const bool digits = step.size() < 6 && std::all_of(step.begin(), step.end(),
                                                       [](char c) { return c >= '0' && c <= '9'; });
    const size_t index = digits ? std::stoul(step) : at.items.size();
    if (index < at.items.size()) return &at.items[index];
    why = "is a list of " + std::to_string(at.items.size()) + "; name one by its number, from 0";
    return nullptr;
  }
  if (at.kind == Yaml::Kind::Scalar) {
    why = "has a single value in the file, so it has no " + quote(step);
    return nullptr;
  }
  if (auto* entry = at.find(step)) return &entry->value;
  why = missing_name(steps, i, at);
  if (!why.empty()) return nullptr;
  at.kind = Yaml::Kind::Map;
  at.entries.push_back({step, mark, {}});
  at.entries.back().value.at = mark;
  return &at.entries.back().value;
}

void set_one(const std::string& path, const std::string& text, Mark mark, Yaml& root,
             std::vector<Problem>& problems) {
  const Steps steps = steps_of(path);
  Yaml* at = &root;
  std::string reached;
  for (size_t i = 0; i < steps.size(); ++i) {
    std::string why;
    at = step_into(steps, i, *at, mark, why);
    if (at == nullptr) {
      problems.push_back({mark, reached, why + given(mark)});
      return;
    }
    reached = path_of(reached, steps[i]);
  }
  *at = value_of(text, path, mark, problems);
}

}  // namespace

std::string given(Mark at) { return at.line == 0 ? " (given on the command line)" : ""; }

void set_overrides(const std::vector<std::pair<std::string, std::string>>& overrides, Mark at,
                   Yaml& root, std::vector<Problem>& problems) {
  for (const auto& [path, text] : overrides) set_one(path, text, at, root, problems);
}

}  // namespace streamworker::config
