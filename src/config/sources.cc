#include "config/sources.h"

#include <filesystem>

#include "config/keys.h"

namespace streamworker::config {

namespace {

// The two keys of `sample`.
struct SampleKeys {
  std::optional<Generate> generate;
  std::optional<FromFile> file;
};

template <class V>
void keys(V& v, SampleKeys& s) {
  v("generate", s.generate, Mapping{}, "records made of expressions");
  v("file", s.file, FileSource{}, "records from a file: .jsonl, .csv or .json (an array)");
}

}  // namespace

void FileSource::read(const Spot& spot, FromFile& value) const {
  value.at = spot.yaml.at;
  if (spot.is_map()) {
    read_mapping(spot, value);
  } else {
    FilePath{}.read(spot, value.path);
  }
  if (value.path.empty()) return;
  const std::string extension = std::filesystem::path(value.path).extension().string();
  if (extension != ".jsonl" && extension != ".csv" && extension != ".json")
    spot.problem("the file's name must end with .jsonl, .csv or .json (an array)");
  if (value.follow && extension == ".json")
    spot.problem_at("follow", "a .json array has an end; follow a .jsonl or .csv file");
}

Tree FileSource::schema() const {
  FromFile file;
  return Tree::map({{"anyOf", Tree::list({FilePath{}.schema(), schema_mapping(file)})}});
}

Tree FileSource::show(const FromFile& value) const {
  FromFile copy = value;
  return value.follow ? show_mapping(copy) : FilePath{}.show(value.path);
}

void Sample::read(const Spot& spot, Value& value) const {
  SampleKeys sample;
  read_mapping(spot, sample);
  if (sample.generate && sample.file) return spot.problem("both `generate` and `file`; say one");
  if (sample.generate) value = std::move(*sample.generate);
  if (sample.file) value = std::move(*sample.file);
  if (!value && (spot.is_null() || (spot.is_map() && spot.yaml.entries.empty())))
    spot.problem("say {generate: {…}} or {file: path}");
}

Tree Sample::schema() const {
  SampleKeys sample;
  return schema_mapping(sample);
}

Tree Sample::show(const Value& value) const {
  if (!value) return {};
  SampleKeys sample;
  if (const auto* generate = std::get_if<Generate>(&*value)) sample.generate = *generate;
  if (const auto* file = std::get_if<FromFile>(&*value)) sample.file = *file;
  return show_mapping(sample);
}

}  // namespace streamworker::config
