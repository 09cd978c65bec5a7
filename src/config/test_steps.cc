#include "config/test_steps.h"

#include <algorithm>

#include "base/format.h"
#include "config/keys.h"
#include "config/yaml_value.h"
#include "record/base64.h"

namespace streamworker::config {

namespace {

// Null, or the text of any value.
struct KeyText {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<std::string>& value) const {
    if (plain_of(spot.yaml) != Plain::Null || !spot.is_scalar()) value = text_of(spot.yaml);
    if (spot.is_null()) value.reset();
  }
};
// Null, or any value as JSON.
struct JsonText {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<std::string>& value) const {
    const bool null = !spot.is_list() && !spot.is_map() && plain_of(spot.yaml) == Plain::Null;
    if (!null) value = json_of(spot.yaml);
  }
};
struct Headers {
  void read(const Spot& spot, std::vector<std::pair<std::string, std::string>>& value) const {
    if (!spot.is_map()) return spot.unexpected("a mapping of headers to texts");
    for (const Yaml::Entry& entry : spot.yaml.entries)
      value.emplace_back(entry.key, text_of(entry.value));
  }
};
struct Milliseconds {
  bool from_text(const std::string& text, int64_t& value) const {
    const auto time = test_time(text);
    if (time)
      value = std::chrono::floor<std::chrono::milliseconds>(*time).time_since_epoch().count();
    return time.has_value();
  }
  std::string expected() const {
    return "a duration since the epoch like 10s, or a time like 2026-01-31 12:00:00";
  }
};
// A text, or {base64: text} for bytes that are none.
struct Bytes {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<std::string>& value) const {
    value.emplace();
    if (spot.is_scalar()) value = spot.yaml.text;
    if (spot.is_scalar()) return;
    const auto* packed = spot.yaml.find("base64");
    if (packed == nullptr || spot.yaml.entries.size() != 1 || packed->value.text.empty())
      return spot.unexpected("the value's text, or {base64: its bytes}");
    const std::string& text = packed->value.text;
    std::string bytes(base64_room(text.size()), '\0');
    const auto size = read_base64(text, bytes.data());
    if (!size) return spot.problem_at("base64", quote(text) + " is not base64");
    bytes.resize(*size);
    value = std::move(bytes);
  }
};
// `true`, and nothing else.
struct Yes {
  bool from_text(const std::string& text, bool& value) const {
    value = text == "true";
    return value;
  }
  std::string expected() const { return "true"; }
};

struct RecordKeys {
  GivenRecord record;
  std::optional<std::string> raw;
};
struct CommitKeys {
  bool commit = false;
};
struct RestartKeys {
  bool restart = false;
};
struct CrashKeys {
  bool crash = false;
};
struct LoseStateKeys {
  bool lose_state = false;
};

template <class V>
void keys(V& v, RecordKeys& r) {
  v("stream", r.record.stream, TextOf{"stream"}, "", Need::Required);
  v("key", r.record.key, KeyText{}, "");
  v("value", r.record.value, JsonText{}, "");
  v("raw", r.raw, Bytes{}, "");
  v("timestamp", r.record.timestamp, Milliseconds{}, "");
  v("headers", r.record.headers, Headers{}, "");
  v("partition", r.record.partition, Whole{0}, "");
}
template <class V>
void keys(V& v, CommitKeys& k) {
  v("commit", k.commit, Yes{}, "");
}
template <class V>
void keys(V& v, RestartKeys& k) {
  v("restart", k.restart, Yes{}, "");
}
template <class V>
void keys(V& v, CrashKeys& k) {
  v("crash", k.crash, Yes{}, "");
}
template <class V>
void keys(V& v, LoseStateKeys& k) {
  v("lose_state", k.lose_state, Yes{}, "");
}

}  // namespace

template <class V>
void keys(V& v, GivenFile& f) {
  v("stream", f.stream, TextOf{"stream"}, "", Need::Required);
  v("file", f.file, FileSource{}, "", Need::Required);
}
template <class V>
void keys(V& v, GivenAdvance& a) {
  v("advance", a.by, Span{}, "", Need::Required);
}
template <class V>
void keys(V& v, GivenSql& s) {
  v("database", s.database, TextOf{"name of a database"}, "", Need::Required);
  v("sql", s.sql, TextOf{"statement"}, "the statement that runs", Need::Required);
}
template <class V>
void keys(V& v, GivenRun& r) {
  v("run_timer", r.timer, TextOf{"name of a timer"}, "", Need::Required);
}

namespace {

template <class T>
Given read_as(const Spot& spot) {
  T step{};
  read_mapping(spot, step);
  return step;
}

Given read_record(const Spot& spot) {
  RecordKeys keys;
  read_mapping(spot, keys);
  const bool value = spot.yaml.find("value") != nullptr;
  if (value == keys.raw.has_value())
    spot.problem("say `value` (null deletes) or `raw`, the value's bytes: one of them");
  keys.record.raw = keys.raw.has_value();
  if (keys.raw) keys.record.value = std::move(keys.raw);
  return std::move(keys.record);
}

template <class T>
Given read_flag(const Spot& spot, Given step) {
  T flag{};
  read_mapping(spot, flag);
  return step;
}

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> all = {"stream", "advance",    "commit",   "restart",
                                               "crash",  "lose_state", "database", "run_timer"};
  return all;
}

void read_step(const Spot& spot, Given& step) {
  const auto has = [&](const char* key) { return spot.yaml.find(key) != nullptr; };
  if (has("stream")) {
    step = has("file") ? read_as<GivenFile>(spot) : read_record(spot);
  } else if (has("advance")) {
    step = read_as<GivenAdvance>(spot);
  } else if (has("commit")) {
    step = read_flag<CommitKeys>(spot, GivenCommit{});
  } else if (has("restart")) {
    step = read_flag<RestartKeys>(spot, GivenRestart{});
  } else if (has("crash")) {
    step = read_flag<CrashKeys>(spot, GivenRestart{true, false});
  } else if (has("lose_state")) {
    step = read_flag<LoseStateKeys>(spot, GivenRestart{true, true});
  } else if (has("database")) {
    step = read_as<GivenSql>(spot);
  } else if (has("run_timer")) {
    step = read_as<GivenRun>(spot);
  } else {
    const std::string first = spot.yaml.entries.empty() ? "" : spot.yaml.entries.front().key;
    spot.problem(fmt::format("unknown step {}{}", quote(first), suggestion(first, kinds())));
  }
}

}  // namespace

void Steps::read(const Spot& spot, std::vector<GivenStep>& value) const {
  if (!spot.is_list()) return spot.unexpected("a list of steps");
  for (size_t i = 0; i < spot.yaml.items.size(); ++i) {
    const Spot item = spot.item(i);
    value.push_back({item.path, item.yaml.at, GivenCommit{}});
    if (item.is_map())
      read_step(item, value.back().what);
    else
      item.unexpected("a step: a mapping");
  }
}

}  // namespace streamworker::config
