#include "testing/came.h"

#include <algorithm>

#include "config/all_streams.h"
#include "config/test_file.h"
#include "record/base64.h"
#include "record/json_text.h"
#include "record/utf8.h"

namespace streamworker::testing {

namespace {

using config::Yaml;

Yaml scalar(std::string_view value, bool quoted) {
  Yaml out;
  out.kind = Yaml::Kind::Scalar;
  out.text = std::string(value);
  out.quoted = quoted;
  return out;
}

struct ToYaml {
  Yaml operator()(std::monostate) const { return null(); }
  Yaml operator()(int64_t value) const { return number(std::to_string(value)); }
  Yaml operator()(double value) const {
    std::string digits;
    return append_double(value, digits) ? number(digits) : text("not finite");
  }
  Yaml operator()(const std::string& value) const { return text(value); }
};

// A text, or what is none as {base64: …}.
Yaml bytes(const std::string& value) {
  if (is_utf8(value)) return text(value);
  std::string packed;
  append_base64(value, packed);
  Yaml out;
  out.kind = Yaml::Kind::Map;
  out.entries.push_back({"base64", {}, text(packed)});
  return out;
}

Yaml headers_of(const Came& came) {
  Yaml out;
  out.kind = Yaml::Kind::Map;
  for (const auto& [name, value] : came.headers) out.entries.push_back({name, {}, text(value)});
  return out;
}

Yaml part(const Came& came, const std::string& name) {
  if (name == "key") return came.key ? text(*came.key) : null();
  if (name == "value" && came.content)
    return came.is_json ? json(*came.content) : bytes(*came.content);
  if (name == "raw" && came.value) return bytes(*came.value);
  if (name == "value" || name == "raw") return null();
  if (name == "timestamp") return scalar(config::test_time_text(came.timestamp), false);
  if (name == "headers") return headers_of(came);
  return number(std::to_string(came.partition));
}

// Milliseconds since the epoch.
Yaml moment(int64_t ms) {
  return scalar(config::test_time_text(WallTime(std::chrono::milliseconds(ms))), false);
}

// A stage that begins at a stream's topic goes by the stream's name.
std::string stream_of(const config::File& file, const std::string& topic) {
  for (const config::Stream* stream : config::all_streams(file))
    if (stream->topic == topic) return stream->name;
  return topic;
}

Yaml part(const config::File& file, const Letter& letter, const std::string& name) {
  if (name == "stream") return text(stream_of(file, letter.id.at.topic));
  if (name == "partition") return number(std::to_string(letter.id.at.partition));
  if (name == "offset") return number(std::to_string(letter.id.offset));
  if (name == "stage") return text(letter.id.step);
  return text(name == "pipeline" ? letter.id.pipeline : letter.message);
}

template <class Part>
Yaml mapping(const std::vector<std::string>& names, const Part& part) {
  Yaml out;
  out.kind = Yaml::Kind::Map;
  for (const std::string& name : names) out.entries.push_back({name, {}, part(name)});
  return out;
}

}  // namespace

Yaml text(std::string_view value) { return scalar(value, true); }
Yaml number(std::string_view digits) { return scalar(digits, false); }
Yaml null() { return {}; }

Yaml json(const std::string& bytes) {
  std::vector<config::Problem> problems;
  Yaml value = config::load_yaml(bytes, problems);
  return problems.empty() ? value : text(bytes);
}

Yaml record(const Came& came, const std::vector<std::string>& named) {
  return mapping(named, [&](const std::string& name) { return part(came, name); });
}

Yaml table_row(const CameRow& row) {
  Yaml out;
  out.kind = Yaml::Kind::Map;
  out.entries.push_back({"key", {}, json(row.key)});
  if (row.window) {
    Yaml window;
    window.kind = Yaml::Kind::Map;
    window.entries.push_back({"start", {}, moment(row.window->start)});
    window.entries.push_back({"end", {}, moment(row.window->end)});
    out.entries.push_back({"window", {}, std::move(window)});
  }
  out.entries.push_back({"value", {}, json(row.value)});
  return out;
}

Yaml row(const std::vector<sink::SqlValue>& values) {
  Yaml out;
  out.kind = Yaml::Kind::List;
  for (const sink::SqlValue& value : values) out.items.push_back(std::visit(ToYaml(), value));
  return out;
}

Yaml letter(const config::File& file, const StoredLetter& stored,
            const std::vector<std::string>& named) {
  return mapping(named, [&](const std::string& name) { return part(file, stored.letter, name); });
}

}  // namespace streamworker::testing
