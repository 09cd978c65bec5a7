#include "log/kafka/settings.h"

#include <array>

#include "base/log.h"

namespace streamworker::kafka {

namespace {

// librdkafka's levels are syslog's. What it says of single connections is for debugging: Connection
// tells of brokers that are away, once.
bool is_of_connections(std::string_view facility) {
  return facility == "FAIL" || facility == "ERROR" || facility == "GETPID" ||
         facility == "REQTMOUT" || facility == "CONFWARN";
}

void write_log(const rd_kafka_t* /*client*/, int level, const char* facility, const char* text) {
  const std::string_view what(facility);
  if (is_of_connections(what) || level >= 7) return log::debug("kafka", "{}: {}", what, text);
  if (level <= 2) return log::error("kafka", "{}: {}", what, text);
  if (level <= 4) return log::warn("kafka", "{}: {}", what, text);
  log::debug("kafka", "{}: {}", what, text);
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
