#include "config/yaml.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <yaml-cpp/yaml.h>

#include "base/format.h"
#include "record/utf8.h"

namespace streamworker::config {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kWords = {{
    {"illegal map value",
     "a \":\" where no mapping can begin; is the indentation right, or does a text with \": \" "
     "in it "
     "need quotes?"},
    {"end of map flow not found", "a \"{\" without its \"}\", or a comma is missing"},
    {"end of sequence flow not found", "a \"[\" without its \"]\", or a comma is missing"},
    {"end of map not found", "the indentation is wrong here, or a \":\" is missing"},
    {"end of sequence not found", "the indentation of the list is wrong here"},
    {"unknown token", "a text that begins with this character needs quotes"},
}};

constexpr int kMostDepth = 64;
constexpr size_t kMostValues = 100'000;

Mark mark_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

// The first two steps of a path: the whole path of a cycle says nothing more.
std::string beginning(const std::string& path) {
  const size_t first = path.find_first_of(".[");
  const size_t second = first == std::string::npos ? first : path.find_first_of(".[", first + 1);
  return path.substr(0, second);
}

// yaml-cpp's messages in words that say what to look for.
std::string plain_words(const YAML::Exception& error, const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  for (int i = 0; i <= error.mark.line; ++i) std::getline(lines, line);
  const size_t indent = line.find_first_not_of(" \t");
  if (indent != std::string::npos && line.find('\t') < indent)
    return "a tab in the indentation; YAML takes spaces only";
  const auto column = static_cast<size_t>(std::max(error.mark.column, 0));
  if (error.msg == "unknown token" && column < line.size() && line[column] == '?')
    return "not YAML: between { } or [ ] a text with a ? needs quotes: \"timestamp?\"";
  if (error.msg.rfind("unknown escape character", 0) == 0)
    return "not YAML: between double quotes a backslash is written \\\\; between single quotes as "
           "it is";
  for (const auto& [theirs, ours] : kWords)
    if (error.msg == theirs) return "not YAML: " + std::string(ours);
  return "not YAML: " + error.msg;
}

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
      out.quoted = node.Tag() == "!";
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
    // yaml-cpp places a value that is not there at what comes next.
    Yaml& copied = map.entries.back().value;
    if (copied.kind == Yaml::Kind::Null) copied.at = at;
  }

  Yaml stop(const Yaml& at, const std::string& path, const std::string& message) {
    stopped_ = true;
    problems_.push_back({at.at, beginning(path), message});
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
    problems.push_back({mark_of(error.mark), "", plain_words(error, text)});
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
