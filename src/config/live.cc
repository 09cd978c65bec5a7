#include "config/live.h"

#include <algorithm>

#include "config/keys.h"
#include "config/overrides.h"
#include "config/rules.h"

namespace streamworker::config {

namespace {

// A mapping whose entries are values of their own, under names of the user's.
template <class Shape>
concept HasEntries = requires {
  typename Shape::Entries;
};

struct Found {
  std::vector<LiveKey> keys;
  std::vector<std::string> maps;  // "log.levels": what is in them is live
};

// Walks the structs and takes what is Live.
class FindLive {
 public:
  FindLive(std::string path, Found& found) : path_(std::move(path)), found_(found) {}

  template <class T, class Shape>
  void operator()(std::string_view name, T& member, const Shape& shape, std::string_view,
                  Need need = Need::Optional) {
    const std::string path = path_of(path_, name);
    if constexpr (std::is_same_v<Shape, Named>) {
      for (auto& one : member) below(path_of(path, one.name), one);
    } else if constexpr (std::is_same_v<Shape, Mapping> && kIsOptional<T>) {
      typename T::value_type inner = member.value_or(typename T::value_type{});
      below(path, inner);
    } else if constexpr (std::is_same_v<Shape, Mapping>) {
      below(path, member);
    } else if (need == Need::Live) {
      if constexpr (std::is_same_v<T, std::optional<bool>>)
        take(path, Tree::of(member.value_or(false)), false);
      else
        take(path, show_value(shape, member), HasEntries<Shape>);
    }
  }

 private:
  template <class T>
  void below(const std::string& path, T& value) {
    FindLive find(path, found_);
    keys(find, value);
  }
  void take(const std::string& path, const Tree& value, bool entries) {
    if (!entries) return found_.keys.push_back({path, value, {}, Origin::Default});
    found_.maps.push_back(path);
    if (value.as_map() == nullptr) return;
    for (const auto& [name, its] : *value.as_map())
      found_.keys.push_back({path_of(path, name), its, {}, Origin::Default});
  }

  std::string path_;
  Found& found_;
};

Found find_live(File file) {
  Found found;
  FindLive find("", found);
  keys(find, file);
  return found;
}

// A file of the same names where everything is as by default.
File plain(const File& file) {
  File out;
  for (const Pipeline& one : file.pipelines) {
    out.pipelines.emplace_back();
    out.pipelines.back().name = one.name;
  }
  for (const Timer& one : file.timers) {
    out.timers.emplace_back();
    out.timers.back().name = one.name;
  }
  return out;
}

// Keys that the pipeline's sinks have no use for.
bool is_void(const File& file, const std::string& path) {
  for (const Pipeline& one : file.pipelines) {
    const std::string its = "pipelines." + one.name + ".";
    if (path.rfind(its, 0) != 0) continue;
    return path == its + "paused" ? !can_be_paused(one) : !takes_batches(one);
  }
  return false;
}

Origin origin_of(const Yaml& root, const std::string& path) {
  const Yaml* at = &root;
  for (size_t from = 0; from <= path.size();) {
    const size_t dot = std::min(path.find('.', from), path.size());
    const auto* entry = at->find(std::string_view(path).substr(from, dot - from));
    if (entry == nullptr) return Origin::Default;
    at = &entry->value;
    from = dot + 1;
  }
  if (at->at.line > 0) return Origin::File;
  return at->at.line == 0 ? Origin::CommandLine : Origin::Database;
}

Yaml tree_of(const Source& source) {
  std::vector<Problem> none;  // the file was read already
  Yaml yaml = load_yaml(source.text, none);
  set_overrides(source.overrides, {}, yaml, none);
  set_overrides(source.settings, kLiveSetting, yaml, none);
  return yaml;
}

}  // namespace

std::string to_string(Origin origin) {
  switch (origin) {
    case Origin::File:
      return "file";
    case Origin::CommandLine:
      return "command line";
    case Origin::Database:
      return "database";
    case Origin::Default:
      break;
  }
  return "default";
}

std::vector<LiveKey> live_keys(const File& file) {
  std::vector<LiveKey> out = find_live(file).keys;
  std::erase_if(out, [&](const LiveKey& key) { return is_void(file, key.path); });
  const std::vector<LiveKey> initial = find_live(plain(file)).keys;
  const Yaml yaml = tree_of(*file.source);
  for (LiveKey& key : out) {
    const auto same = std::find_if(initial.begin(), initial.end(),
                                   [&](const LiveKey& one) { return one.path == key.path; });
    if (same != initial.end()) key.initial = same->value;
    key.origin = origin_of(yaml, key.path);
  }
  return out;
}

bool is_live(const File& file, const std::string& path) {
  const Found found = find_live(file);
  const auto inside = [&](const std::string& map) {
    return path.size() > map.size() + 1 && path.rfind(map + ".", 0) == 0;
  };
  return std::any_of(found.maps.begin(), found.maps.end(), inside) ||
         std::any_of(found.keys.begin(), found.keys.end(),
                     [&](const LiveKey& key) { return key.path == path; });
}

File with_settings(const File& file, const Overrides& settings) {
  Source source = *file.source;
  source.settings = settings;
  return parse_source(std::move(source));
}

}  // namespace streamworker::config
