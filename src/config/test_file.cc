#include "config/test_file.h"

#include "base/format.h"
#include "config/keys.h"
#include "config/test_steps.h"
#include "config/yaml_value.h"
#include "record/timestamp.h"

namespace streamworker::config {

namespace {

// A mapping of names to whatever `Inner` reads, in the order of the file.
template <class Inner>
struct ByName {
  std::string what;
  Inner inner = {};

  template <class T>
  void read(const Spot& spot, std::vector<T>& value) const {
    if (!spot.is_map()) return spot.unexpected("a mapping of " + what);
    for (const Yaml::Entry& entry : spot.yaml.entries)
      inner.read(spot.child(entry), Text{entry.key, entry.at, path_of(spot.path, entry.key)},
                 value);
  }
};

struct PathAndText {
  void read(const Spot& spot, const Text& name,
            std::vector<std::pair<std::string, std::string>>& value) const {
    if (spot.is_scalar() || spot.is_list() || spot.is_map())
      value.emplace_back(name.value, text_of(spot.yaml));
    else
      spot.unexpected("a value, as --set takes it");
  }
};

struct Count {
  void read(const Spot& spot, const Text& name,
            std::vector<std::pair<Text, int64_t>>& value) const {
    int64_t count = 0;
    read_value(spot, Whole{1, 1000}, count);
    value.emplace_back(name, count);
  }
};

struct Moment {
  bool from_text(const std::string& text, WallTime& value) const {
    const auto read = test_time(text);
    if (read) value = *read;
    return read.has_value();
  }
  std::string expected() const {
    return "a time like 2026-01-31 12:00:00, or a duration since the epoch";
  }
};

// A list of tests, whose names differ.
struct TestList {
  void read(const Spot& spot, std::vector<Test>& value) const;
};

}  // namespace

template <class V>
void keys(V& v, Test& t) {
  v("name", t.name, Words{"a name"}, "what it is about", Need::Required);
  v("given", t.given, Steps{}, "what happens, in this order");
  v("expect", t.expect, Expected{}, "what must have come out", Need::Required);
}

template <class V>
void keys(V& v, TestFile& f) {
  v("pipeline", f.pipeline, FilePath{}, "the pipeline file that is tested", Need::Required);
  v("set", f.set, ByName<PathAndText>{"paths of the pipeline file to values"},
    "keys of the pipeline file, as --set has them");
  v("partitions", f.partitions, ByName<Count>{"streams to numbers"}, "of topics; else 1");
  v("clock", f.clock, Moment{}, "where the wall clock starts");
  v("tests", f.tests, TestList{}, "the tests", Need::Required);
}

namespace {

void TestList::read(const Spot& spot, std::vector<Test>& value) const {
  if (!spot.is_list()) return spot.unexpected("a list of tests");
  for (size_t i = 0; i < spot.yaml.items.size(); ++i) {
    value.emplace_back();
    read_mapping(spot.item(i), value.back());
    if (const auto* expect = spot.yaml.items[i].find("expect")) value.back().expect.at = expect->at;
    for (size_t k = 0; k < i; ++k)
      if (value[k].name == value.back().name)
        spot.item(i).problem_at("name", "a test before has this name, too");
  }
}

}  // namespace

std::optional<WallTime> test_time(const std::string& text) {
  const Span span{Duration(0), std::chrono::hours(24 * 366 * 200)};
  Duration since{};
  if (span.from_text(text, since)) return WallTime(since);
  const auto micros = TimestampFormat().parse(text);
  return micros ? std::optional(WallTime(Duration(*micros))) : std::nullopt;
}

std::string test_time_text(WallTime at) {
  const Duration since = at.time_since_epoch();
  if (since >= Duration(0) && since < std::chrono::hours(24 * 366))
    return since % std::chrono::seconds(1) == Duration(0)
               ? fmt::format("{}s", std::chrono::duration_cast<std::chrono::seconds>(since).count())
               : fmt::format("{}ms",
                             std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  std::string out;
  TimestampFormat().append(since.count(), out);
  return out;
}

TestFile parse_test_file(const std::string& path) {
  TestFile file;
  file.path = path;
  file.text = read_text(path);
  Reading reading(folder_of(path));
  std::vector<Problem>& problems = reading.problems();
  const Yaml yaml = load_yaml(file.text, problems);
  if (problems.empty() && yaml.kind != Yaml::Kind::Map)
    problems.push_back({yaml.at, "", "expected the keys of a test file: pipeline, tests, …"});
  if (!problems.empty()) throw ConfigError(path, problems);
  read_mapping(Spot{reading, yaml, ""}, file);
  if (const auto* set = yaml.find("set")) file.set_at = set->at;
  if (!problems.empty()) throw ConfigError(path, problems);
  return file;
}

}  // namespace streamworker::config
