// config/README.md holds the generated reference between two markers. UPDATE=1 in the environment
// writes it anew.
#include "config/reference.h"

#include <fstream>
#include <sstream>

#include "unit/catch.h"
#include "unit/config/parsed.h"

namespace streamworker::config {

TEST_CASE("the reference in config/README.md is true") {
  const std::string path = std::string(CONFIG_FOLDER) + "/README.md";
  const std::string begin = "<!-- reference: begin -->\n";
  const std::string end = "<!-- reference: end -->\n";
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  const std::string readme = text.str();
  const size_t from = readme.find(begin);
  const size_t to = readme.find(end);
  REQUIRE(from != std::string::npos);
  REQUIRE(to != std::string::npos);
  const std::string reference = "\n" + reference_markdown();
  if (process_environment().count("UPDATE") > 0) {
    std::ofstream(path, std::ios::binary)
        << readme.substr(0, from + begin.size()) << reference << readme.substr(to);
    return;
  }
  INFO("UPDATE=1 in the environment of this test writes the reference anew");
  CHECK(readme.substr(from + begin.size(), to - from - begin.size()) == reference);
}

}  // namespace streamworker::config
