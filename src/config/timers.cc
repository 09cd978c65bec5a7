#include "config/timers.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/format.h"
#include "config/scalars.h"

namespace streamworker::config {

namespace {

constexpr std::array<std::pair<std::string_view, Parameter::Kind>, 3> kMoments = {
    {{"scheduled_at", Parameter::Kind::ScheduledAt},
     {"now", Parameter::Kind::Now},
     {"last_run", Parameter::Kind::LastRun}}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_identifier(const std::string& text) {
  const auto first = static_cast<unsigned char>(text.empty() ? '0' : text[0]);
  return (std::isalpha(first) != 0 || first == '_') &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// `scheduled_at`, `now - 1h`. What only begins like one is a constant, unless a sign follows.
void read_text(const Spot& spot, const std::string& text, Parameter& value) {
  value.text = text;
  for (const auto& [word, kind] : kMoments) {
    if (!text.starts_with(word)) continue;
    const std::string_view rest = trimmed(std::string_view(text).substr(word.size()));
    if (rest.empty()) value.kind = kind;
    if (rest.empty() || (rest.front() != '+' && rest.front() != '-')) continue;
    const Span span;
    Duration shift{};
    if (!span.from_text(std::string(trimmed(rest.substr(1))), shift))
      return spot.problem(fmt::format("expected `{} {} ` and {}, got {}", word, rest.front(),
                                      span.expected(), quote(text)));
    value.kind = kind;
    value.shift = rest.front() == '-' ? -shift : shift;
  }
}

void read_query(const Spot& spot, Parameter& value) {
  const auto* sql = spot.yaml.find("sql");
  if (sql == nullptr || spot.yaml.entries.size() != 1)
    return spot.problem("expected {sql: query}, whose first value it is");
  const Spot query{spot.reading, sql->value, spot.path + ".sql"};
  const auto text = query.text("a query");
  if (!text) return;
  value.kind = Parameter::Kind::Query;
  value.text = text->value;
}

}  // namespace

bool CronFields::from_text(const std::string& text, std::string& value) const {
  value = text;
  return !text.empty();
}

std::string CronFields::expected() const {
  return "five fields as of cron (minute, hour, day of month, month, day of week), like 0 * * * *";
}

void Statements::read(const Spot& spot, std::vector<Text>& value) const {
  value.clear();
  if (!spot.is_list()) {
    if (auto text = spot.text("a statement")) value.push_back(std::move(*text));
    return;
  }
  for (size_t i = 0; i < spot.yaml.items.size(); ++i)
    if (auto text = spot.item(i).text("a statement")) value.push_back(std::move(*text));
  if (spot.yaml.items.empty()) spot.problem("an empty list; name at least one statement");
}

Tree Statements::schema() const {
  const auto text = [] { return Tree::map({{"type", Tree::of("string")}}); };
  return Tree::map(
      {{"oneOf", Tree::list({text(), Tree::map({{"type", Tree::of("array")},
                                                {"items", text()},
                                                {"minItems", Tree::of(int64_t{1})}})})}});
}

Tree Statements::show(const std::vector<Text>& value) const {
  if (value.empty()) return {};
  if (value.size() == 1) return Tree::of(value.front().value);
  Tree list = Tree::list();
  for (const Text& text : value) list.push(Tree::of(text.value));
  return list;
}

void Parameters::read(const Spot& spot, std::vector<Parameter>& value) const {
  value.clear();
  if (spot.is_null()) return;
  if (!spot.is_map()) return spot.unexpected("a mapping of names to values");
  for (const auto& entry : spot.yaml.entries) {
    const Spot its = spot.child(entry);
    if (!is_identifier(entry.key))
      spot.reading.problem(
          entry.at, spot.path,
          quote(entry.key) + " cannot name a parameter; it needs letters, digits and _");
    Parameter& parameter = value.emplace_back();
    parameter.name = entry.key;
    if (its.is_map()) {
      read_query(its, parameter);
    } else if (const auto text = its.scalar("a constant, a moment or {sql: query}")) {
      read_text(its, *text, parameter);
    }
  }
}

Tree Parameters::schema() const {
  const auto query =
      Tree::map({{"type", Tree::of("object")},
                 {"properties", Tree::map({{"sql", Tree::map({{"type", Tree::of("string")}})}})},
                 {"required", Tree::list({Tree::of("sql")})},
                 {"additionalProperties", Tree::of(false)}});
  const auto constant = Tree::map(
      {{"type", Tree::list({Tree::of("string"), Tree::of("number"), Tree::of("boolean")})}});
  return Tree::map(
      {{"type", Tree::of("object")},
       {"additionalProperties", Tree::map({{"oneOf", Tree::list({constant, query})}})}});
}

Tree Parameters::show(const std::vector<Parameter>& value) const {
  Tree out = Tree::map();
  for (const Parameter& parameter : value) {
    Tree text = Tree::of(parameter.text);
    const bool query = parameter.kind == Parameter::Kind::Query;
    out.add(parameter.name, query ? Tree::map({{"sql", std::move(text)}}) : std::move(text));
  }
  return value.empty() ? Tree() : out;
}

}  // namespace streamworker::config
