#include "config/places.h"

#include <algorithm>

#include "base/log.h"
#include "config/scalars.h"
#include "config/secret_file.h"

namespace streamworker::config {

namespace {

std::string article(const std::string& what) {
  const bool vowel = !what.empty() && std::string("aeiou").find(what[0]) != std::string::npos;
  return (vowel ? "an " : "a ") + what;
}

Tree any_scalar() {
  Tree types = Tree::list({Tree::of("string"), Tree::of("number"), Tree::of("boolean")});
  return Tree::map({{"type", std::move(types)}});
}

}  // namespace

void TextOf::read(const Spot& spot, Text& value) const {
  if (auto text = spot.text(article(what))) value = std::move(*text);
}

Tree TextOf::schema() const { return any_scalar(); }

void Names::read(const Spot& spot, std::vector<Text>& value) const {
  const std::string expected = article(what);
  if (!spot.is_list()) {
    if (auto text = spot.text(expected + " or a list of them")) value = {std::move(*text)};
    return;
  }
  if (spot.yaml.items.empty()) return spot.problem("the list is empty; name at least one");
  value.clear();
  for (size_t i = 0; i < spot.yaml.items.size(); ++i) {
    auto text = spot.item(i).text(expected);
    if (!text) continue;
    const bool twice = std::any_of(value.begin(), value.end(),
                                   [&](const Text& one) { return one.value == text->value; });
    if (twice) spot.item(i).problem(quote(text->value) + " is named twice");
    value.push_back(std::move(*text));
  }
}

Tree Names::schema() const {
  Tree list = Tree::map({{"type", Tree::of("array")},
                         {"items", Tree::map({{"type", Tree::of("string")}})},
                         {"minItems", Tree::of(int64_t{1})}});
  return Tree::map(
      {{"anyOf", Tree::list({Tree::map({{"type", Tree::of("string")}}), std::move(list)})}});
}

Tree Names::show(const std::vector<Text>& value) const {
  if (value.empty()) return {};
  if (value.size() == 1) return Tree::of(value.front().value);
  Tree out = Tree::list();
  for (const Text& text : value) out.push(Tree::of(text.value));
  return out;
}

void Values::read(const Spot& spot, std::vector<std::string>& value) const {
  if (!spot.is_list()) return spot.unexpected("a list of values");
  if (spot.yaml.items.empty()) return spot.problem("the list is empty; name at least one value");
  value.clear();
  for (size_t i = 0; i < spot.yaml.items.size(); ++i)
    if (auto text = spot.item(i).scalar("a value")) value.push_back(std::move(*text));
}

Tree Values::schema() const {
  return Tree::map({{"type", Tree::of("array")}, {"items", any_scalar()}});
}

Tree Values::show(const std::vector<std::string>& value) const {
  if (value.empty()) return {};
  Tree out = Tree::list();
  for (const std::string& text : value) out.push(Tree::of(text));
  return out;
}

void FilePath::read(const Spot& spot, std::string& value) const {
  if (const auto text = spot.text("a path")) value = spot.reading.resolve(text->value);
}

void SecretText::read(const Spot& spot, Secret& value) const {
  if (spot.is_null()) return;
  // What is wrong here is not quoted: it may hold the secret.
  if (spot.is_list() || spot.is_map()) return spot.unexpected("a text");
  if (spot.yaml.unreadable || spot.yaml.text.empty()) return;
  value = Secret(spot.yaml.text);
  log::hide(value.reveal());
}

void SecretFile::read(const Spot& spot, Secret& value) const {
  const auto path = spot.text("the path of a file that holds the secret");
  if (!path) return;
  auto secret = read_secret_file(spot.reading.resolve(path->value));
  if (!secret) return spot.problem(secret.error().message);
  log::hide(*secret);
  value = Secret(std::move(*secret));
}

void Levels::read(const Spot& spot, std::map<std::string, std::string>& value) const {
  if (spot.is_null()) return;
  if (!spot.is_map()) return spot.unexpected("a mapping of module to level");
  const auto levels = log_levels();
  for (const auto& entry : spot.yaml.entries) {
    const Spot at = spot.child(entry);
    const auto text = at.scalar(levels.expected());
    if (text && !levels.from_text(*text, value[entry.key]))
      at.problem("unknown level " + quote(*text) + suggestion(*text, levels.known()));
  }
}

Tree Levels::schema() const {
  return Tree::map({{"type", Tree::of("object")}, {"additionalProperties", log_levels().schema()}});
}

Tree Levels::show(const std::map<std::string, std::string>& value) const {
  Tree out = Tree::map();
  for (const auto& [module, level] : value) out.add(module, Tree::of(level));
  return value.empty() ? Tree() : out;
}

}  // namespace streamworker::config
