#include "log/kafka/settings.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/log.h"

namespace streamworker::kafka {

namespace {

// What is told by other means as well: single connections by Connection, failed transactions and
// producers by the errors of our calls.
constexpr std::array<std::string_view, 10> kToldElsewhere = {
    "FAIL",   "ERROR", "GETPID",   "REQTMOUT",   "CONFWARN",
    "TXNERR", "FATAL", "ADDPARTS", "ADDOFFSETS", "TERMINATE"};

// librdkafka's levels are syslog's; what it calls an error it mostly handles itself.
void write_log(const rd_kafka_t* /*client*/, int level, const char* facility, const char* text) {
  const bool told =
      std::find(kToldElsewhere.begin(), kToldElsewhere.end(), facility) != kToldElsewhere.end();
  if (level <= 4 && !told) return log::warn("kafka", "{}: {}", facility, text);
  log::debug("kafka", "{}: {}", facility, text);
}

}  // namespace

Result<void> set(Conf& conf, const std::string& name, const std::string& value) {
  std::array<char, 512> why{};
  if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size()) ==
      RD_KAFKA_CONF_OK)
    return {};
  return stop("kafka.properties." + name + ": " + log::redact(why.data()));
}

void set_if_known(Conf& conf, const std::string& name, const std::string& value) {
  std::array<char, 512> why{};
  (void)rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size());
}

Conf base_conf(const Settings& settings, const std::string& client_id) {
  Conf conf(rd_kafka_conf_new());
  rd_kafka_conf_set_log_cb(conf.get(), write_log);
  set_if_known(conf, "bootstrap.servers", settings.brokers);
  set_if_known(conf, "client.id", client_id);
  set_if_known(conf, "socket.nagle.disable", "true");
  set_if_known(conf, "socket.keepalive.enable", "true");
  // A server that died without a word is given up so soon, and another one asked.
  set_if_known(conf, "socket.timeout.ms", "10000");
  set_if_known(conf, "socket.connection.setup.timeout.ms", "10000");
  set_if_known(conf, "reconnect.backoff.max.ms", "2000");  // soon there when a broker is back
  return conf;
}

Result<void> apply_properties(Conf& conf, const Settings& settings) {
  for (const auto& [name, value] : settings.properties)
    if (auto done = set(conf, name, value); !done) return done;
  for (const auto& [name, value] : settings.secrets)
    if (auto done = set(conf, name, value.reveal()); !done) return done;
  return {};
}

Result<Handle> make_handle(rd_kafka_type_t type, Conf conf) {
  std::array<char, 512> why{};
  rd_kafka_t* made = rd_kafka_new(type, conf.get(), why.data(), why.size());
  if (made == nullptr) return stop("kafka: " + log::redact(why.data()));
  (void)conf.release();  // the client owns it now
  return Handle(made);
}

}  // namespace streamworker::kafka
