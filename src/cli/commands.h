// The command line (DESIGN 8). Exit codes: 0 done, or asked to stop; 1 stopped by an error; 64
// usage; 69 a server unavailable (`check --connect`, `sql apply`, `query`, `tap`); 78 a fault in
// the pipeline file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/spec.h"

namespace streamworker::cli {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 64;
constexpr int kUnavailable = 69;
constexpr int kConfiguration = 78;

// Which file, and what the command line says over it.
struct FileOptions {
  std::string file;
  std::string env_file;
  std::vector<std::string> set;  // path=value
  std::optional<std::string> brokers;
  std::optional<std::string> state_dir;
  std::optional<std::string> log_level;
  std::optional<int> http_port;
};

// Reads the file with the environment and the options laid over it, and sets up the log.
// Throws ConfigError.
config::File load(const FileOptions& options);

int run(const FileOptions& options, std::optional<Duration> limit);
int check(const FileOptions& options, bool connect);
int show(const FileOptions& options);
int schema();
int version();
// `form`: mermaid or dot.
int graph(const FileOptions& options, const std::string& form);

struct ProduceOptions {
  std::string stream;
  std::string input;  // a file; empty: the stream's sample
  std::optional<int64_t> count;
  std::optional<double> rate;     // records per second
  std::optional<Duration> sleep;  // between records
  bool follow = false;
};
int produce(const FileOptions& options, const ProduceOptions& wanted);

// Which letters are meant; what is empty does not count.
struct LetterFilter {
  std::string step;
  std::string pipeline;
  std::string message;            // stands in it
  std::optional<WallTime> since;  // refused then or later
  std::optional<WallTime> until;  // refused before
  std::optional<int64_t> limit;
};
struct DeadLetterOptions {
  LetterFilter filter;
  std::string which;  // of `show`: data[3]@120
  bool json = false;
};
int list_letters(const FileOptions& options, const DeadLetterOptions& wanted);
int show_letters(const FileOptions& options, const DeadLetterOptions& wanted);
int replay_letters(const FileOptions& options, const DeadLetterOptions& wanted);

struct SqlOptions {
  std::string database;  // one of the file's; empty: the only one
  std::vector<std::string> files;
};
// Runs scripts in order, until the first error.
int apply_sql(const FileOptions& options, const SqlOptions& wanted);

struct ResetOptions {
  std::string table;
  bool force = false;    // also where the source does not reach back
  bool dry_run = false;  // says what it would do
};
// Has a table built again from its source; the workers must be stopped.
int reset(const FileOptions& options, const ResetOptions& wanted);

struct QueryOptions {
  std::string sql;
  std::string form = "table";  // or csv, json
};
// Asks the worker that runs the file.
int query(const FileOptions& options, const QueryOptions& wanted);

struct TapOptions {
  std::string name;  // of a stream or table
  std::optional<std::string> key;
  std::optional<int64_t> limit;
  bool json = false;  // as it is anyway where nobody looks
};
// Follows it until the limit, a signal, or the end of the feed.
int tap(const FileOptions& options, const TapOptions& wanted);

struct TestOptions {
  std::vector<std::string> files;
  std::string filter;  // stands in the name; empty: all
  std::string junit;   // the report; empty: none
  bool update = false;
  std::optional<std::string> log_level;  // of the worker's own lines; none: they are not shown
};
int test(const TestOptions& wanted);

// Parses the arguments and runs the command.
int run_command_line(int argc, char** argv);

// Blocks SIGTERM and SIGINT for all threads made later; then says, when called, whether one came.
std::function<bool()> catch_signals();

}  // namespace streamworker::cli
