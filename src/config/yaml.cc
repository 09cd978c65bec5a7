#include "config/yaml.h"

#include <algorithm>

#include <yaml-cpp/yaml.h>

#include "base/format.h"
#include "record/utf8.h"

namespace streamworker::config {

namespace {

constexpr int kMostDepth = 64;
constexpr size_t kMostValues = 100'000;

Mark mark_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

// Copies yaml-cpp's nodes, which share and may hold themselves, into a tree of our own.
class Copier {
 public:
  explicit Copier(std::vector<Problem>& problems) : problems_(problems) {}

  Yaml copy(const YAML::Node& node, const std::string& path, int depth) {
    Yaml out;
    out.at = mark_of(node.Mark());
    if (stopped_) return out;
    if (depth > kMostDepth)
      return stop(out, path, "nested deeper than 64 levels; does an alias hold itself?");
    if (++values_ > kMostValues)
      return stop(out, "", "more than 100 000 values (an alias counts where it is used)");
    if (node.IsScalar()) {
      out.kind = Yaml::Kind::Scalar;
      out.text = node.Scalar();
    } else if (node.IsSequence()) {
      out.kind = Yaml::Kind::List;
      for (const auto& item : node)
        out.items.push_back(copy(item, path_of(path, out.items.size()), depth + 1));
    } else if (node.IsMap()) {
      out.kind = Yaml::Kind::Map;
      for (const auto& pair : node) copy_entry(pair.first, pair.second, path, depth, out);
    }
    return out;
  }

 private:
  void copy_entry(const YAML::Node& key, const YAML::Node& value, const std::string& path,
                  int depth, Yaml& map) {
    const Mark at = mark_of(key.Mark());
    if (!key.IsScalar()) {
      problems_.push_back({at, path, "a key must be a text; put it in quotes"});
      return;
    }
    const std::string& name = key.Scalar();
    if (const auto* first = map.find(name); first != nullptr) {
      problems_.push_back(
          {at, path, fmt::format("duplicate key \"{}\" (first in line {})", name, first->at.line)});
      return;
    }
    map.entries.push_back({name, at, copy(value, path_of(path, name), depth + 1)});
  }

  Yaml stop(const Yaml& at, const std::string& path, const std::string& message) {
    stopped_ = true;
    // The whole path of a cycle says nothing that its beginning does not.
    problems_.push_back({at.at, path.substr(0, path.find('[')), message});
    return {};
  }

  std::vector<Problem>& problems_;
  size_t values_ = 0;
  bool stopped_ = false;
};

}  // namespace

const Yaml::Entry* Yaml::find(std::string_view key) const {
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [&](const Entry& entry) { return entry.key == key; });
  return it == entries.end() ? nullptr : &*it;
}

Yaml::Entry* Yaml::find(std::string_view key) {
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [&](const Entry& entry) { return entry.key == key; });
  return it == entries.end() ? nullptr : &*it;
}

Yaml load_yaml(const std::string& text, std::vector<Problem>& problems) {
  if (const size_t valid = valid_utf8_prefix(text); valid < text.size()) {
    const auto line = std::count(text.begin(), text.begin() + static_cast<int64_t>(valid), '\n');
    const size_t start = text.rfind('\n', valid) + 1;  // npos + 1 is 0
    problems.push_back({{static_cast<int>(line) + 1, static_cast<int>(valid - start) + 1},
                        "",
                        "not UTF-8; write the file in UTF-8"});
    return {};
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty()) return {};
    if (documents.size() > 1) {
      problems.push_back({mark_of(documents[1].Mark()), "",
                          "a second YAML document begins here; one file is one application"});
    }
    return Copier(problems).copy(documents.front(), "", 0);
  } catch (const YAML::Exception& error) {
    problems.push_back({mark_of(error.mark), "", "not YAML: " + error.msg});
    return {};
  }
}

std::string path_of(const std::string& parent, std::string_view key) {
  return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

std::string path_of(const std::string& parent, size_t item) {
  return fmt::format("{}[{}]", parent, item);
}

}  // namespace streamworker::config
