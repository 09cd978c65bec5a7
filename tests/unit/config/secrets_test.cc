#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "base/log.h"
#include "config/kafka_properties.h"
#include "config/secret_file.h"
#include "config/show.h"
#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

namespace {

namespace fs = std::filesystem;

// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "streamworker-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text, fs::perms perms) const {
    const fs::path file = path_ / name;
    std::ofstream(file) << text;
    fs::permissions(file, perms);
    return file.string();
  }

 private:
  fs::path path_;
};

constexpr auto kOwner = fs::perms::owner_read | fs::perms::owner_write;

std::string database(const std::string& keys) {
  return "app: a\nstreams: {data: {}}\ndatabases: {db: {" + keys + "}}\n";
}

std::string property(const std::string& entry) {
  return "app: a\nstreams: {data: {}}\nkafka: {properties: {" + entry + "}}\n";
}

// The secret is known to the file, and shown by nothing.
void is_hidden(const File& file, const std::string& canary) {
  CHECK_FALSE(contains(show(file), canary));
  CHECK_FALSE(contains(show_json(file), canary));
  CHECK(contains(show(file), "***"));
  CHECK_FALSE(contains(log::redact("it is " + canary + " or not"), canary));
}

}  // namespace

TEST_CASE("a password in each of the ways to give it is never shown") {
  const Folder folder;
  const std::string path = folder.write("one", "canary-file\n", kOwner);
  const auto password = [](const File& file) { return file.databases[0].password.reveal(); };

  const File plain = parsed(database("url: mysql://u@h/db, password: canary-plain"));
  CHECK(password(plain) == "canary-plain");
  is_hidden(plain, "canary-plain");

  const File variable =
      parsed(database("url: mysql://u@h/db, password: \"${PW}\""), {{"PW", "canary-variable"}});
  CHECK(password(variable) == "canary-variable");
  is_hidden(variable, "canary-variable");

  const File from_file = parsed(database("url: mysql://u@h/db, password_file: " + path));
  CHECK(password(from_file) == "canary-file");
  is_hidden(from_file, "canary-file");

  const File in_url = parsed(database("url: \"mysql://u:can%61ry:u@/rl@h:1/db\""));
  CHECK(password(in_url) == "canary:u@/rl");
  CHECK(in_url.databases[0].url == "mysql://u@h:1/db");
  CHECK(in_url.databases[0].host == "h");
  is_hidden(in_url, "canary:u@/rl");
  is_hidden(in_url, "can%61ry:u@/rl");

  const File set =
      parsed(database("url: mysql://u@h/db"), {}, {{"databases.db.password", "canary-set"}});
  CHECK(password(set) == "canary-set");
  is_hidden(set, "canary-set");
}

TEST_CASE("an empty password is none") {
  const File file = parsed(database("url: mysql://u:canary-url@h/db, password: \"${PW:-}\""));
  CHECK(file.databases[0].password.reveal() == "canary-url");
  CHECK(parsed(database("url: mysql://u@h/db, password: ")).databases[0].password.empty());
}

TEST_CASE("secret properties of librdkafka") {
  const Folder folder;
  const std::string path = folder.write("sasl", "canary-sasl", kOwner);
  const File plain = parsed(property("sasl.password: canary-prop, security.protocol: sasl_ssl"));
  CHECK(plain.kafka.secrets.at("sasl.password").reveal() == "canary-prop");
  CHECK(plain.kafka.properties.count("sasl.password") == 0);
  is_hidden(plain, "canary-prop");
  CHECK(contains(show(plain), "sasl_ssl"));

  const File from_file = parsed(property("sasl.password_file: " + path));
  CHECK(from_file.kafka.secrets.at("sasl.password").reveal() == "canary-sasl");
  is_hidden(from_file, "canary-sasl");

  CHECK(is_secret_property("ssl.key.password"));
  CHECK(is_secret_property("ssl.keystore.password"));
  CHECK(is_secret_property("sasl.oauthbearer.client.secret"));
  CHECK(is_secret_property("ssl.key.pem"));
  CHECK_FALSE(is_secret_property("ssl.key.location"));
  CHECK_FALSE(is_secret_property("sasl.username"));
}

TEST_CASE("files of secrets") {
  const Folder folder;
  const auto refused = [](const std::string& path) {
    return said(database("url: mysql://u@h/db, password_file: " + path));
  };
  using fs::perms;
  CHECK(
      contains(refused(folder.write("group", "canary", kOwner | perms::group_read)), "chmod 600"));
  CHECK(
      contains(refused(folder.write("world", "canary", kOwner | perms::others_read)), "chmod 600"));
  CHECK(contains(refused(folder.write("empty", "\n", kOwner)), "is empty"));
  CHECK(contains(refused(folder.write("large", std::string(70'000, 'x'), kOwner)), "64 KiB"));
  CHECK(contains(refused("no-such-file"), "cannot read conf/no-such-file"));
  CHECK(contains(refused("/"), "is not a file"));
}

TEST_CASE("no message quotes a secret") {
  const std::string text = R"yaml(
app: a
streams: {data: {}}
kafka: {properties: {sasl.password: [canary], acks: canary}}
databases:
  a: {url: "mysql://u:canary@h", password: canary}
  b: {url: "mysql://u:canary@h/db", password: canary}
  c: {url: "postgres://u:canary@h/db"}
  d: {url: "mysql://u:canary@h:port/db"}
  e: {url: mysql://u@h/db, pasword: canary}
  f: {url: [canary]}
)yaml";
  CHECK_FALSE(contains(said(text), "canary"));
  CHECK(contains(said(text), "errors in"));
}

TEST_CASE("a credential of systemd's may be readable for an access list") {
  const Folder folder;
  const std::string path = folder.write("password", "from systemd", kOwner | fs::perms::group_read);
  CHECK_FALSE(read_secret_file(path).has_value());
  REQUIRE(setenv("CREDENTIALS_DIRECTORY", fs::path(path).parent_path().c_str(), 1) == 0);
  const auto secret = read_secret_file(path);
  const auto elsewhere = read_secret_file(fs::path(path).parent_path().parent_path() / "password");
  REQUIRE(unsetenv("CREDENTIALS_DIRECTORY") == 0);
  REQUIRE(secret.has_value());
  CHECK(*secret == "from systemd");
  CHECK_FALSE(elsewhere.has_value());
}

}  // namespace streamworker::config
