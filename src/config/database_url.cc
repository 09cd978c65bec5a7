#include "config/database_url.h"

#include <cctype>

#include "base/format.h"
#include "base/log.h"
#include "config/endpoints.h"

namespace streamworker::config {

namespace {

constexpr const char* kMysqlForm = "mysql://user@host:3306/database";

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = std::tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// %41 is A; a % without two hex digits is itself.
std::string decode(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

void read_user(const std::string& user_part, Database& database) {
  const size_t colon = user_part.find(':');
  database.user = decode(user_part.substr(0, colon));
  if (colon == std::string::npos) return;
  const std::string raw = user_part.substr(colon + 1);
  database.password = Secret(decode(raw));
  database.url_has_password = true;
  log::hide(raw);
  log::hide(database.password.reveal());
}

// `rest` is what follows mysql://.
void read_mysql(const Spot& spot, const std::string& rest, Database& database) {
  const std::string form = std::string("expected ") + kMysqlForm;
  // The last @: a password may hold one.
  const size_t at = rest.rfind('@');
  if (at == std::string::npos) return spot.problem("the url names no user; " + form);
  read_user(rest.substr(0, at), database);
  if (database.user.empty()) return spot.problem("the url names no user; " + form);
  const std::string server = rest.substr(at + 1);
  const size_t slash = server.find('/');
  const std::string host = server.substr(0, slash);
  const std::string name = slash == std::string::npos ? "" : server.substr(slash + 1);
  if (name.find_first_of("?#") != std::string::npos)
    return spot.problem("a url takes no options; tls, ca and verify are keys beside it");
  if (name.empty() || name.find('/') != std::string::npos)
    return spot.problem("the url names no database; " + form);
  const bool has_port = host.rfind(':') != std::string::npos && host.back() != ']';
  const std::string address = has_port ? host : host + ":3306";
  if (!split_host_port(address, database.host, database.port) || database.port == 0)
    return spot.problem("the url's host and port cannot be read; " + form);
  database.database = decode(name);
  database.url =
      fmt::format("mysql://{}@{}/{}", rest.substr(0, std::min(rest.find(':'), at)), host, name);
}

// `rest` is what follows sqlite:.
void read_sqlite(const Spot& spot, std::string rest, Database& database) {
  database.url = "sqlite:" + rest;
  if (rest.rfind("//", 0) == 0) rest.erase(0, 2);
  if (rest.empty() || rest == "/")
    return spot.problem(
        "the url names no file; expected sqlite:file.db or sqlite:///folder/file.db");
  if (rest.find_first_of("?#") != std::string::npos)
    return spot.problem("a url takes no options, and a file's name neither ? nor #");
  database.database = rest == ":memory:" ? rest : spot.reading.resolve(decode(rest));
}

}  // namespace

void DatabaseUrl::read(const Spot& spot, Database& value) const {
  const std::string known =
      "known: mysql://user@host:3306/database, sqlite:file.db, "
      "sqlite:///folder/file.db";
  if (!spot.is_scalar()) return spot.unexpected("a url (" + known + ")");
  if (spot.yaml.unreadable) return;
  const std::string& url = spot.yaml.text;
  const size_t colon = url.find(':');
  const std::string scheme = url.substr(0, colon);
  if (colon == std::string::npos || scheme.empty())
    return spot.problem("not a url (" + known + ")");
  if (scheme == "sqlite") {
    value.scheme = scheme;
    return read_sqlite(spot, url.substr(colon + 1), value);
  }
  if (scheme == "mysql") {
    value.scheme = "mysql";
    if (url.compare(colon, 3, "://") != 0)
      return spot.problem(std::string("expected ") + kMysqlForm);
    return read_mysql(spot, url.substr(colon + 3), value);
  }
  spot.problem("no such kind of database: " + quote(scheme) + " (" + known + ")");
}

Tree DatabaseUrl::schema() const {
  return Tree::map(
      {{"type", Tree::of("string")}, {"pattern", Tree::of("^(mysql://|sqlite:)|\\$\\{")}});
}

}  // namespace streamworker::config
