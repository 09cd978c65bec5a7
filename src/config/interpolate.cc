#include "config/interpolate.h"

#include <algorithm>
#include <cctype>

namespace streamworker::config {

namespace {

bool is_variable(std::string_view name) {
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// What stands between ${ and }.
Result<std::string> value_of(const std::string& inside, const Environment& environment) {
  const size_t colon = inside.find(':');
  const std::string name = inside.substr(0, colon);
  if (!is_variable(name))
    return stop(
        "\"${" + inside +
        "}\" is not a variable; write ${NAME}, ${NAME:-default} or ${NAME:?message}, and $$ "
        "for a dollar sign");
  const auto found = environment.find(name);
  if (colon == std::string::npos) {
    if (found != environment.end()) return found->second;
    return stop("the environment variable " + name + " is not set; a default is written ${" + name +
                ":-default}");
  }
  const char form = colon + 1 < inside.size() ? inside[colon + 1] : ' ';
  const std::string rest = inside.substr(std::min(colon + 2, inside.size()));
  if (form != '-' && form != '?')
    return stop("after \"${" + name + ":\" comes - and a default, or ? and a message");
  if (found != environment.end() && !found->second.empty()) return found->second;
  if (form == '-') return rest;
  const std::string why = rest.empty() ? "" : ": " + rest;
  return stop("the environment variable " + name + " is not set" + why);
}

}  // namespace

Result<std::string> interpolate(const std::string& text, const Environment& environment) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    if (text[i] != '$' || (next != '$' && next != '{')) {
      out += text[i];
      continue;
    }
    if (next == '$') {
      out += '$';
      ++i;
      continue;
    }
    const size_t end = text.find('}', i);
    if (end == std::string::npos)
      return stop("\"${\" without its \"}\"; a dollar sign before a brace is written $$");
    const auto value = value_of(text.substr(i + 2, end - i - 2), environment);
    if (!value) return value.error();
    out += *value;
    i = end;
  }
  return out;
}

void interpolate_all(Yaml& yaml, const std::string& path, const Environment& environment,
                     std::vector<Problem>& problems) {
  if (yaml.kind == Yaml::Kind::Scalar && !yaml.literal) {
    auto text = interpolate(yaml.text, environment);
    if (text) {
      yaml.text = std::move(*text);
    } else {
      problems.push_back({yaml.at, path, text.error().message});
      yaml.unreadable = true;
    }
  }
  for (size_t i = 0; i < yaml.items.size(); ++i)
    interpolate_all(yaml.items[i], path_of(path, i), environment, problems);
  for (auto& entry : yaml.entries)
    interpolate_all(entry.value, path_of(path, entry.key), environment, problems);
}

}  // namespace streamworker::config
