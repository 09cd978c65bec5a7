// `streamworker sql apply`: scripts of SQL into a database of the file, without its own client.
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/result_table.h"
#include "config/find_database.h"
#include "sink/script.h"

namespace streamworker::cli {

namespace {

constexpr size_t kShown = 60;  // bytes of a statement in a message

// The statement's first words, on one line.
std::string start_of(const std::string& statement) {
  std::string out;
  for (const char c : statement.substr(0, kShown)) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  // Not in the middle of a character.
  if (statement.size() > kShown) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0x80) out.pop_back();
    out += " …";
  }
  return out;
}

void complain(const std::string& file, int line, const std::string& message) {
  std::cerr << log::redact(fmt::format("{}:{}: error: {}\n", file, line, message));
}

const config::Database* choose(const config::File& file, const std::string& name) {
  if (name.empty() && file.databases.size() == 1) return &file.databases.front();
  if (const auto* const found = config::find_database(file, name)) return found;
  std::string known;
  for (const config::Database& each : file.databases)
    known += (known.empty() ? "" : ", ") + each.name;
  const std::string has = known.empty() ? "it has none" : "it has " + known;
  if (name.empty())
    std::cerr << "streamworker: which database of " << file.path << "? Say --database; " << has
              << "\n";
  else
    std::cerr << "streamworker: no database " << name << " in " << file.path << "; " << has << "\n";
  return nullptr;
}

// None: it cannot be read, and that was said.
std::optional<std::string> read_script(const std::string& path) {
  const auto refuse = [&](const char* why) {
    std::cerr << "streamworker: " << path << " " << why << "\n";
    return std::optional<std::string>();
  };
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return refuse("is a directory; name its files");
  std::ifstream in(path, std::ios::binary);
  std::string text;
  std::array<char, 4096> some{};
  while (in.read(some.data(), some.size()) || in.gcount() > 0)
    text.append(some.data(), static_cast<size_t>(in.gcount()));
  if (!in.is_open() || in.bad()) return refuse("cannot be read");
  return text;
}

// A lock binds the session to its connection: one that is lost is then an error, and not opened
// again without what the script had set before.
int bind(sink::Session& session, const config::Database& spec) {
  if (session.dialect() == sink::Dialect::Sqlite) return kDone;
  auto locked = session.lock("streamworker.sql apply");
  if (locked && *locked) {
    // What is printed may wait in a pager, also within a transaction.
    auto patient = session.run(
        "SET SESSION wait_timeout = 28800 /*M!100300 , "
        "idle_transaction_timeout = 0 */");
    if (patient) return kDone;
    locked = patient.error();
  }
  const std::string why = locked ? "another `sql apply` is at work there; wait until it is done"
                                 : locked.error().message;
  std::cerr << log::redact(fmt::format("streamworker: {}: {}\n", spec.name, why));
  return locked || locked.error().remedy == Remedy::Retry ? kUnavailable : kFailed;
}

int run_script(const std::string& path, const sink::Script& script, sink::Session& session) {
  for (const sink::ScriptStatement& statement : script.statements) {
    auto results = session.run_each(statement.text, nullptr);
    if (!results) {
      complain(path, statement.line,
               fmt::format("{} (in: {})", results.error().message, start_of(statement.text)));
      return results.error().remedy == Remedy::Retry ? kUnavailable : kFailed;
    }
    for (const sink::SqlResult& result : *results)
      if (!result.columns.empty()) std::cout << table_text(result);
  }
  std::cout << path << ": " << script.statements.size()
            << (script.statements.size() == 1 ? " statement" : " statements") << "\n";
  return kDone;
}

}  // namespace

int apply_sql(const FileOptions& options, const SqlOptions& wanted) {
  const config::File file = load(options);
  const config::Database* const spec = choose(file, wanted.database);
  if (spec == nullptr) return kUsage;
  const auto session = sink::open_session(*spec);
  std::vector<sink::Script> scripts;
  bool good = true;
  for (const std::string& path : wanted.files) {
    const auto text = read_script(path);
    if (!text) good = false;
    scripts.push_back(sink::take_apart(session->dialect(), text.value_or("")));
    for (const sink::ScriptFault& fault : scripts.back().faults) {
      complain(path, fault.line, fault.message);
      good = false;
    }
  }
  if (!good) return kFailed;
  if (const int code = bind(*session, *spec); code != kDone) return code;
  for (size_t i = 0; i < scripts.size(); ++i)
    if (const int code = run_script(wanted.files[i], scripts[i], *session); code != kDone)
      return code;
  return kDone;
}

}  // namespace streamworker::cli
