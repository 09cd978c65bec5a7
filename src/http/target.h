// The target of a request line, split before it is decoded: a slash that was sent as %2F belongs to
// a segment and separates nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamworker::http {

struct Target {
  std::vector<std::string> path;              // "/tables/a%2Fb" → {"tables", "a/b"}; "/" → {}
  std::map<std::string, std::string> params;  // "?pretty" → {"pretty", ""}; the first of a name

  bool has(const std::string& param) const { return params.contains(param); }
};

// Is it a path that may be POSTed to, /timers/{name}/run or /sql?
bool takes_post(const Target& target);
// With a body: /sql.
bool takes_body(const Target& target);

// None: not a path from the root, a bad %-escape, a NUL or other control character, or not UTF-8
// once decoded. One slash at the end is ignored. In parameters `+` is a space, and line breaks and
// tabs may stand: SQL has them.
std::optional<Target> parse_target(std::string_view raw);

}  // namespace streamworker::http
