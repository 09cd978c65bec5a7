// Broken pipeline files: each NAME.yaml of the folder config/ against NAME.out, which is what a
// user reads. UPDATE=1 in the environment writes the .out files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/parse.h"
#include "runtime/plan.h"
#include "unit/catch.h"

namespace {

namespace fs = std::filesystem;
namespace config = streamworker::config;

// What is said about a file, empty when there is nothing wrong with it.
std::string check(const std::string& path) {
  const config::Environment environment = {{"ONE", "1"}, {"EMPTY", ""}, {"WORD", "many"}};
  try {
    const config::File file = config::parse_file(path, environment);
    (void)streamworker::compile(file);
    return "";
  } catch (const config::ConfigError& error) {
    return error.text();
  }
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<fs::path> cases() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator("."))
    if (entry.path().extension() == ".yaml") out.push_back(entry.path().filename());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("broken pipeline files and what is said about them") {
  fs::current_path(GOLDEN_FOLDER);
  const auto environment = config::process_environment();
  const bool update = environment.count("UPDATE") > 0;
  const auto all = cases();
  REQUIRE(all.size() >= 60);
  for (const fs::path& path : all) {
    const fs::path expected = fs::path(path).replace_extension(".out");
    const std::string said = check(path.string());
    if (update) std::ofstream(expected, std::ios::binary) << said;
    INFO(path.string());
    CHECK(!said.empty());
    CHECK(said == read(expected));
  }
}
