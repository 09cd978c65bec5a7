#include "config/kafka_properties.h"

#include <algorithm>
#include <array>

#include "config/places.h"

namespace streamworker::config {

namespace {

constexpr std::string_view kFile = "_file";
constexpr std::array<std::string_view, 8> kParts = {
    "password", "secret",      "passphrase",         "token",
    "jaas",     "ssl.key.pem", "oauthbearer.config", "assertion.private.key.pem"};

struct Owned {
  std::string_view name;  // with a * at its end: all that begin so
  std::string_view instead;
};

// DESIGN 1.5, and librdkafka's other names for the same.
constexpr std::array<Owned, 18> kOwned = {{
    {"group.id", "it is `app`"},
    {"client.id", ""},
    {"isolation.level", ""},
    {"enable.auto.*", ""},
    {"auto.commit.*", "say `commit`"},
    {"auto.offset.reset", "say `offset_reset`"},
    {"transactional.id", ""},
    {"partition.assignment.strategy", ""},
    {"partitioner", ""},
    {"enable.idempotence", ""},
    {"acks", ""},
    {"request.required.acks", ""},
    {"group.instance.id", "say `instance`"},
    {"bootstrap.servers", "say `kafka.brokers`"},
    {"metadata.broker.list", "say `kafka.brokers`"},
    {"partitioner_cb", ""},
    {"enable.partition.eof", ""},
    {"enable.random.seed", ""},
}};

const Owned* owner_of(const std::string& name) {
  const auto* it = std::find_if(kOwned.begin(), kOwned.end(), [&](const Owned& owned) {
    if (owned.name.back() != '*') return owned.name == name;
    return name.rfind(owned.name.substr(0, owned.name.size() - 1), 0) == 0;
  });
  return it == kOwned.end() ? nullptr : it;
}

// "sasl.password" of "sasl.password_file"; "" when it is no file of a secret.
std::string secret_of_file(const std::string& name) {
  if (name.size() <= kFile.size()) return "";
  const std::string base = name.substr(0, name.size() - kFile.size());
  return base + std::string(kFile) == name && is_secret_property(base) ? base : "";
}

void read_property(const Spot& spot, const std::string& name, Kafka& kafka) {
  if (const Owned* owned = owner_of(name)) {
    const std::string instead = owned->instead.empty() ? "" : "; " + std::string(owned->instead);
    return spot.problem("is set by the worker and may not be set here" + instead);
  }
  const std::string file_of = secret_of_file(name);
  const std::string secret = file_of.empty() ? name : file_of;
  if (is_secret_property(secret)) {
    if (kafka.secrets.count(secret) > 0)
      return spot.problem("`" + secret + "` is given twice, as itself and as a file");
    if (file_of.empty())
      SecretText{}.read(spot, kafka.secrets[secret]);
    else
      SecretFile{}.read(spot, kafka.secrets[secret]);
    return;
  }
  if (auto text = spot.scalar("a value")) kafka.properties[name] = std::move(*text);
}

}  // namespace

bool is_secret_property(const std::string& name) {
  if (name == "sasl.oauthbearer.token.endpoint.url") return false;
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

void Properties::read(const Spot& spot, Kafka& value) const {
  if (spot.is_null()) return;
  if (!spot.is_map()) return spot.unexpected("a mapping of property to value");
  for (const auto& entry : spot.yaml.entries) read_property(spot.child(entry), entry.key, value);
}

Tree Properties::schema() const {
  Tree types = Tree::list({Tree::of("string"), Tree::of("number"), Tree::of("boolean")});
  Tree owned = Tree::list();
  for (const Owned& one : kOwned)
    if (one.name.back() != '*') owned.push(Tree::of(std::string(one.name)));
  Tree names = Tree::map({{"not", Tree::map({{"enum", std::move(owned)}})}});
  return Tree::map({{"type", Tree::of("object")},
                    {"propertyNames", std::move(names)},
                    {"additionalProperties", Tree::map({{"type", std::move(types)}})}});
}

Tree Properties::show(const Kafka& value) const {
  Tree out = Tree::map();
  for (const auto& [name, text] : value.properties) out.add(name, Tree::of(text));
  for (const auto& [name, secret] : value.secrets)
    out.add(name, Tree::of(secret.empty() ? "" : "***"));
  return out.as_map()->empty() ? Tree() : out;
}

}  // namespace streamworker::config
