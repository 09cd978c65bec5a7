#include "config/routes.h"

#include <algorithm>
#include <cctype>

#include "base/format.h"
#include "config/keys.h"

namespace streamworker::config {

namespace {

bool is_parameter(const std::string& text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// A segment as it stands in a path, without escapes.
bool is_segment(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-._~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// What is wrong with the path; empty: `parts` are its segments.
std::string split(const std::string& path, std::vector<PathPart>& parts) {
  if (path.size() < 2 || path.front() != '/' || path.back() == '/')
    return "a path begins with / and does not end with it, like /customer/{id}";
  for (size_t at = 1; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const auto segment = parts_of(path.substr(at, end - at));
    at = end + 1;
    const bool whole = segment && segment->size() == 1;
    if (!whole || (!segment->front().parameter && !is_segment(segment->front().text)))
      return "each part of a path is {name}, or made of letters, digits, - . _ ~";
    for (const PathPart& before : parts)
      if (before.parameter && segment->front().parameter && before.text == segment->front().text)
        return fmt::format("{{{}}} stands there twice", before.text);
    parts.push_back(segment->front());
  }
  return {};
}

bool hides_own(const std::vector<PathPart>& parts) {
  const auto& own = own_paths();
  return parts.front().parameter ||
         std::find(own.begin(), own.end(), parts.front().text) != own.end();
}

bool overlap(const Route& a, const Route& b) {
  return std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
                    [](const PathPart& one, const PathPart& other) {
                      return one.parameter || other.parameter || one.text == other.text;
                    });
}

void check_keys(const Spot& spot, const Route& route) {
  const auto has = [&](const char* key) { return spot.yaml.find(key) != nullptr; };
  if (has("table") == has("database"))
    return spot.problem(has("table") ? "both `table` and `database`; say one"
                                     : "say `table` and `key`, or `database` and `sql`");
  const char* const of = has("table") ? "table" : "database";
  const char* const need = has("table") ? "key" : "sql";
  if (!has(need)) spot.problem(fmt::format("a route on a {} needs `{}`", of, need));
  for (const char* key : {"key", "select", "default"})
    if (!route.table && has(key)) spot.problem_at(key, "is for a route on a table");
  if (route.table && has("sql")) spot.problem_at("sql", "is for a route on a database");
}

}  // namespace

const std::vector<std::string>& own_paths() {
  static const std::vector<std::string> own = {
      "assets",    "assignment", "config", "favicon.ico", "health", "log",    "metrics",
      "pipelines", "settings",   "sql",    "streams",     "tables", "timers", "version"};
  return own;
}

std::optional<std::vector<PathPart>> parts_of(const std::string& text) {
  std::vector<PathPart> parts;
  for (size_t at = 0; at < text.size();) {
    const bool parameter = text[at] == '{';
    const size_t end = text.find_first_of("{}", at + (parameter ? 1 : 0));
    const bool closed = end != std::string::npos && text[end] == '}';
    if (parameter != closed) return std::nullopt;
    if (!parameter) {
      parts.push_back({text.substr(at, end - at), false});
      at = std::min(end, text.size());
      continue;
    }
    parts.push_back({text.substr(at + 1, end - at - 1), true});
    if (!is_parameter(parts.back().text)) return std::nullopt;
    at = end + 1;
  }
  return parts;
}

void Routes::read(const Spot& spot, std::vector<Route>& value) const {
  value.clear();
  if (spot.is_null()) return;
  if (!spot.is_map()) return spot.unexpected("a mapping of paths to routes");
  for (const auto& entry : spot.yaml.entries) {
    Route route;
    route.path = entry.key;
    route.at = entry.at;
    const Spot its = spot.child(entry);
    const auto problem = [&](const std::string& message) {
      spot.reading.problem(entry.at, its.path, message);
    };
    read_mapping(its, route);
    if (its.is_map()) check_keys(its, route);
    if (const std::string fault = split(entry.key, route.parts); !fault.empty()) {
      problem(fault);
      continue;
    }
    if (hides_own(route.parts)) {
      problem("it would hide a path of the worker's own: begin with another word than " +
              any_of(own_paths()));
      continue;
    }
    const auto same = std::find_if(value.begin(), value.end(),
                                   [&](const Route& other) { return overlap(route, other); });
    if (same != value.end())
      problem(fmt::format("{} of line {} answers the same paths", same->path, same->at.line));
    value.push_back(std::move(route));
  }
}

Tree Routes::schema() const {
  Route route;
  return Tree::map({{"type", Tree::of("object")},
                    {"propertyNames", Tree::map({{"pattern", Tree::of("^/")}})},
                    {"additionalProperties", schema_mapping(route)}});
}

Tree Routes::show(const std::vector<Route>& value) const {
  Tree out = Tree::map();
  for (Route route : value) out.add(route.path, show_mapping(route));
  return value.empty() ? Tree() : out;
}

void Constants::read(const Spot& spot, std::optional<std::vector<Constant>>& value) const {
  if (!spot.is_map()) return spot.unexpected("a mapping of columns to values");
  value.emplace();
  for (const auto& entry : spot.yaml.entries) {
    const Spot its = spot.child(entry);
    Constant& constant = value->emplace_back();
    constant.column = {entry.key, entry.at, its.path};
    DefaultOf{}.read(its, constant.value);
  }
}

Tree Constants::show(const std::optional<std::vector<Constant>>& value) const {
  if (!value) return {};
  Tree out = Tree::map();
  for (const Constant& constant : *value)
    out.add(constant.column.value, DefaultOf{}.show(constant.value));
  return out;
}

}  // namespace streamworker::config
