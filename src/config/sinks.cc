#include "config/sinks.h"

#include "config/keys.h"

namespace streamworker::config {

namespace {

// The names of a struct's keys.
class KeyNames {
 public:
  template <class T, class Shape>
  void operator()(std::string_view name, T&, const Shape&, std::string_view,
                  Need = Need::Optional) {
    names.emplace_back(name);
  }
  std::vector<std::string> names;
};

struct Kind {
  std::string key;  // that tells it from the others
  std::vector<std::string> keys;
  void (*read)(const Spot&, std::vector<Sink>&);
};

template <class T>
Kind kind_of(const char* key) {
  T sink;
  KeyNames names;
  keys(names, sink);
  return {key, names.names, [](const Spot& spot, std::vector<Sink>& sinks) {
            T one;
            read_mapping(spot, one);
            if constexpr (std::is_same_v<T, FileSink>) one.at = spot.yaml.at;
            sinks.push_back(std::move(one));
          }};
}

std::vector<Kind> all_kinds() {
  return {kind_of<DatabaseSink>("database"), kind_of<TopicSink>("topic"), kind_of<FileSink>("file"),
          kind_of<LogSink>("log")};
}

// How many of the mapping's keys a kind knows, or nearly knows.
size_t likeness(const Spot& spot, const Kind& kind) {
  size_t out = 0;
  for (const auto& entry : spot.yaml.entries) {
    const bool known = std::find(kind.keys.begin(), kind.keys.end(), entry.key) != kind.keys.end();
    if (known) out += 2;
    if (!known && !did_you_mean(entry.key, {kind.key}).empty()) out += 1;
  }
  return out;
}

// The kind that the mapping's keys say, or seem to mean. Null, and a problem: none, or two.
const Kind* choose(const Spot& spot, const std::vector<Kind>& kinds) {
  const Kind* chosen = nullptr;
  const Kind* likely = nullptr;
  size_t most = 0;
  for (const Kind& kind : kinds) {
    if (spot.yaml.find(kind.key) != nullptr) {
      if (chosen != nullptr) {
        spot.problem("both `" + chosen->key + "` and `" + kind.key +
                     "`; more than one sink is a list");
        return nullptr;
      }
      chosen = &kind;
    }
    if (const size_t alike = likeness(spot, kind); alike > most) {
      most = alike;
      likely = &kind;
    }
  }
  if (chosen == nullptr && likely == nullptr)
    spot.problem("not a sink; it needs one of the keys database, topic, file, log");
  return chosen != nullptr ? chosen : likely;
}

// False, and a problem: it is not known what kind of sink it is.
bool read_sink(const Spot& spot, std::vector<Sink>& sinks) {
  if (!spot.is_map()) {
    spot.unexpected("a sink: {database}, {topic}, {file} or {log}");
    return false;
  }
  const std::vector<Kind> kinds = all_kinds();
  const Kind* kind = choose(spot, kinds);
  if (kind != nullptr) kind->read(spot, sinks);
  return kind != nullptr;
}

void check_database_sink(const Spot& spot) {
  const auto* insert = spot.yaml.find("insert");
  const auto* upsert = spot.yaml.find("upsert");
  const bool complete = spot.yaml.find("database") != nullptr && spot.yaml.find("table") != nullptr;
  if (insert != nullptr && upsert != nullptr)
    return spot.problem("both `insert` and `upsert`; say one of them");
  if (complete && insert == nullptr && upsert == nullptr)
    spot.problem("say `upsert: [the table's key]`, or `insert: true`");
}

template <class T>
Tree schema_of() {
  T value;
  return schema_mapping(value);
}

}  // namespace

void Sinks::read(const Spot& spot, std::vector<Sink>& value) const {
  value.clear();
  if (!spot.is_list()) {
    if (read_sink(spot, value)) check_database_sink(spot);
    return;
  }
  if (spot.yaml.items.empty()) return spot.problem("the list is empty; name at least one sink");
  for (size_t i = 0; i < spot.yaml.items.size(); ++i)
    if (read_sink(spot.item(i), value)) check_database_sink(spot.item(i));
}

Tree Sinks::schema() const {
  Tree kinds = Tree::list({schema_of<DatabaseSink>(), schema_of<TopicSink>(), schema_of<FileSink>(),
                           schema_of<LogSink>()});
  Tree list = Tree::map({{"type", Tree::of("array")},
                         {"minItems", Tree::of(int64_t{1})},
                         {"items", Tree::map({{"anyOf", kinds}})}});
  kinds.push(std::move(list));
  return Tree::map({{"anyOf", std::move(kinds)}});
}

Tree Sinks::show(const std::vector<Sink>& value) const {
  Tree out = Tree::list();
  for (Sink sink : value) out.push(std::visit([](auto& one) { return show_mapping(one); }, sink));
  return value.empty() ? Tree() : out;
}

void Insert::read(const Spot& spot, DatabaseSink& value) const {
  bool on = false;
  read_value(spot, Flag{}, on);
  if (spot.is_scalar() && spot.yaml.text == "false")
    return spot.problem("say `insert: true`, or `upsert: [the table's key]`");
  if (on) value.upsert = false;
}

Tree Insert::show(const DatabaseSink& value) const {
  return value.upsert || value.table.value.empty() ? Tree() : Tree::of(true);
}

void Upsert::read(const Spot& spot, DatabaseSink& value) const {
  value.upsert = true;
  if (!spot.is_map()) return Names{"column"}.read(spot, value.key);
  UpsertKeys parts{value};
  read_mapping(spot, parts);
}

Tree Upsert::schema() const {
  DatabaseSink sink;
  UpsertKeys parts{sink};
  return Tree::map({{"anyOf", Tree::list({Names{"column"}.schema(), schema_mapping(parts)})}});
}

Tree Upsert::show(const DatabaseSink& value) const {
  if (!value.upsert) return {};
  DatabaseSink copy = value;
  UpsertKeys parts{copy};
  return value.newest ? show_mapping(parts) : Names{"column"}.show(value.key);
}

void Logged::read(const Spot& spot, std::optional<Text>& value) const {
  if (spot.is_scalar() && spot.yaml.text == "true") return;
  if (spot.is_scalar() && spot.yaml.text == "false")
    return spot.problem("expected true or an expression; leave the sink out to log nothing");
  if (auto text = spot.text("true or an expression")) value = std::move(*text);
}

Tree Logged::schema() const {
  return Tree::map(
      {{"anyOf",
        Tree::list(
            {Tree::map({{"const", Tree::of(true)}}),
             Tree::map({{"type", Tree::list({Tree::of("string"), Tree::of("number")})}})})}});
}

Tree Logged::show(const std::optional<Text>& value) const {
  return value ? Tree::of(value->value) : Tree::of(true);
}

}  // namespace streamworker::config
