#include "config/parse.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <unistd.h>

#include "base/format.h"
#include "config/keys.h"
#include "config/overrides.h"
#include "config/rules.h"

namespace streamworker::config {

namespace {

constexpr size_t kMostBytes = 1'000'000;

[[noreturn]] void refuse(const std::string& path, const std::string& message) {
  throw ConfigError(path, {{{}, "", message}});
}

void fill_schema(Stream& stream) {
  if (stream.format.form != Form::Raw || !stream.schema.empty()) return;
  Field value;
  value.name = "value";
  value.at = stream.at;
  value.path = stream.path + ".schema.value";
  value.type = {Type::Bytes};
  stream.schema.push_back(std::move(value));
}

void fill_defaults(Stream& stream) {
  stream.path = "streams." + stream.name;
  if (stream.topic.empty()) stream.topic = stream.name;
  fill_schema(stream);
}

// What its topic is to a table: keyed by the table's key, and a null value is a row that is gone.
void fill_defaults(Table& table) {
  if (!table.has_topic()) return;
  Stream& source = table.source;
  source.name = table.name;
  source.at = table.at;
  source.path = "tables." + table.name;
  source.is_table = true;
  source.pass_tombstones = true;
  if (table.global && source.on_error == OnError::DeadLetter) source.on_error = OnError::Skip;
  for (const Column& column : table.key) source.key.push_back(column.expression);
  fill_schema(source);
}

void fill_defaults(const Reading& reading, File& file) {
  if (file.state_dir == File{}.state_dir) file.state_dir = reading.resolve(file.state_dir);
  for (Stream& stream : file.streams) fill_defaults(stream);
  for (Table& table : file.tables) fill_defaults(table);
  if (file.dead_letters.topic.empty()) file.dead_letters.topic = file.app + "-dead-letters";
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string read_text(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error) refuse(path, "cannot open the file: " + error.message());
  if (std::filesystem::is_directory(status)) refuse(path, "is a folder; name a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) refuse(path, "cannot open the file: " + std::generic_category().message(errno));
  std::string text;
  for (std::istreambuf_iterator<char> it(in), end; it != end && text.size() <= kMostBytes; ++it)
    text += *it;
  return text;
}

void ReadKeys::finish() {
  std::string hints;
  for (const auto& entry : spot_.yaml.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    const std::string hint = suggestion(entry.key, known_);
    hints += did_you_mean(entry.key, known_);
    spot_.reading.problem(entry.at, spot_.path,
                          fmt::format("unknown key {}{}", quote(entry.key), hint));
  }
  for (const auto& [name, help] : missing_) {
    const bool misspelt = hints.find(quote(name)) != std::string::npos;  // told already
    if (!misspelt) spot_.problem(fmt::format("missing key {}: {}", quote(name), help));
  }
}

Environment process_environment() {
  Environment out;
  for (char** it = environ; it != nullptr && *it != nullptr; ++it) {
    const std::string pair = *it;
    const size_t equals = pair.find('=');
    if (equals != std::string::npos) out[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return out;
}

File parse_file(const std::string& path, const Environment& environment,
                const Overrides& overrides) {
  return parse_source({read_text(path), path, environment, overrides, {}});
}

File parse_text(const std::string& text, const std::string& path, const Environment& environment,
                const Overrides& overrides) {
  return parse_source({text, path, environment, overrides, {}});
}

File parse_source(Source source) {
  const std::string& path = source.path;
  if (source.text.size() > kMostBytes)
    refuse(path, "larger than 1 MB, which no pipeline file should be");
  File file;
  file.path = path;
  file.folder = folder_of(path);
  Reading reading(file.folder);
  std::vector<Problem>& problems = reading.problems();
  Yaml yaml = load_yaml(source.text, problems);
  if (!problems.empty()) throw ConfigError(path, problems);
  if (yaml.kind == Yaml::Kind::Null) refuse(path, "the file is empty; it needs app and streams");
  if (yaml.kind != Yaml::Kind::Map)
    throw ConfigError(path,
                      {{yaml.at, "", "expected the keys of a pipeline file: app, streams, …"}});
  set_overrides(source.overrides, {}, yaml, problems);
  set_overrides(source.settings, kLiveSetting, yaml, problems);
  interpolate_all(yaml, "", source.environment, problems);
  const Spot root{reading, yaml, ""};
  read_mapping(root, file);
  fill_defaults(reading, file);
  check_rules(root, file);
  if (!problems.empty()) throw ConfigError(path, problems);
  file.source = std::make_shared<const Source>(std::move(source));
  return file;
}

}  // namespace streamworker::config
