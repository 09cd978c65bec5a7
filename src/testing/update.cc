#include "testing/update.h"

#include <algorithm>

#include "base/format.h"
#include "config/problems.h"
#include "config/yaml_value.h"

namespace streamworker::testing {

namespace {

using Lines = std::vector<std::string>;
using Kind = Check::Kind;

Lines lines_of(const std::string& text) {
  Lines out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

const Lines& result_of(const Check& check) { return check.same ? check.expected : check.came; }

std::string quoted(const std::string& text) {
  config::Yaml scalar;
  scalar.kind = config::Yaml::Kind::Scalar;
  scalar.text = text;
  scalar.quoted = true;
  return flow_of(scalar);
}

std::string joined(const Lines& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

std::string with_rows(const std::string& sql, const Lines& rows) {
  return fmt::format("{{sql: {}, rows: [{}]}}", quoted(sql), joined(rows));
}

// The lines of an `expect`, without indentation.
class Block {
 public:
  explicit Block(const config::Expect& expect) : expect_(expect) {}

  Lines of(const std::vector<Check>& checks) {
    lines_ = {"expect:"};
    for (const Check& check : checks) add(check);
    return lines_;
  }

 private:
  // A heading, unless it stands there already.
  void heading(const std::string& section, const std::string& name = "") {
    if (section_ != section) lines_.push_back("  " + section + ":");
    if (!name.empty() && (section_ != section || name_ != name))
      lines_.push_back("    " + name + ":");
    section_ = section;
    name_ = name;
  }
  void list(const std::string& indent, const Lines& items) {
    if (items.empty()) lines_.back() += " []";
    for (const std::string& item : items) lines_.push_back(fmt::format("{}- {}", indent, item));
  }
  void add(const Check& check) {
    const Lines& result = result_of(check);
    switch (check.kind) {
      case Kind::Topic:
        heading("topics", quoted(expect_.topics[check.index].topic.value));
        return list("      ", result);
      case Kind::Table:
        heading("tables", quoted(expect_.tables[check.index].table.value));
        return list("      ", result);
      case Kind::Rows:
        heading("databases", quoted(expect_.rows[check.index].database.value));
        return list("      ", {with_rows(expect_.rows[check.index].sql.value, result)});
      case Kind::Log:
        heading("log");
        return list("    ", result);
      case Kind::Letters:
        heading("dead_letters");
        return list("    ", result);
      case Kind::Counter:
        heading("counters");
        lines_.push_back("    " + quoted(expect_.counters[check.index].name.value) + ": " +
                         result.front());
        return;
      case Kind::Sql:
        heading("queries");
        return list("    ", {with_rows(expect_.queries[check.index].sql.value, result)});
      case Kind::Status:
      case Kind::Body:
        return add_answer(check);
    }
  }
  // Its status and its body are one line.
  void add_answer(const Check& check) {
    const bool begun = section_ == "queries" && query_ == check.index;
    heading("queries");
    query_ = check.index;
    const std::string part =
        (check.kind == Kind::Status ? ", status: " : ", body: ") + result_of(check).front() + "}";
    if (begun)
      lines_.back().replace(lines_.back().size() - 1, 1, part);
    else
      lines_.push_back("    - {get: " + quoted(expect_.queries[check.index].get.value) + part);
  }

  const config::Expect& expect_;
  Lines lines_;
  std::string section_;
  std::string name_;
  size_t query_ = 0;
};

// Where the block that begins in line `from` with this indentation ends, without blank lines and
// comments behind it.
size_t end_of(const Lines& lines, size_t from, size_t indent) {
  size_t end = from + 1;
  for (size_t i = from + 1; i < lines.size(); ++i) {
    const size_t begins = lines[i].find_first_not_of(' ');
    if (begins == std::string::npos) continue;
    if (begins <= indent) break;
    if (lines[i][begins] != '#') end = i + 1;
  }
  return end;
}

void replace(Lines& lines, const config::Expect& expect, const std::vector<Check>& checks) {
  const auto from = static_cast<size_t>(expect.at.line - 1);
  const auto indent = static_cast<size_t>(expect.at.column - 1);
  Lines block = Block(expect).of(checks);
  block.front() = lines[from].substr(0, indent) + block.front();
  for (size_t i = 1; i < block.size(); ++i) block[i] = std::string(indent, ' ') + block[i];
  const auto begin = lines.begin() + static_cast<int64_t>(from);
  const auto end = lines.begin() + static_cast<int64_t>(end_of(lines, from, indent));
  lines.insert(lines.erase(begin, end), block.begin(), block.end());
}

}  // namespace

std::string updated(const config::TestFile& file, const std::vector<Outcome>& outcomes) {
  Lines lines = lines_of(file.text);
  std::vector<config::Problem> problems;
  for (size_t i = file.tests.size(); i-- > 0;) {  // from the end, so that places stay right
    const config::Expect& expect = file.tests[i].expect;
    const auto found = std::find_if(outcomes.begin(), outcomes.end(), [&](const Outcome& one) {
      return one.name == file.tests[i].name;
    });
    if (found == outcomes.end() || found->passed() || !found->error.empty()) continue;
    const std::string before = lines[static_cast<size_t>(expect.at.line - 1)].substr(
        0, static_cast<size_t>(expect.at.column - 1));
    if (before.find_first_not_of(" -") != std::string::npos)
      problems.push_back({expect.at, fmt::format("tests[{}].expect", i),
                          "cannot be written anew: begin a line with it"});
    else
      replace(lines, expect, found->checks);
  }
  if (!problems.empty()) throw config::ConfigError(file.path, problems);
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

}  // namespace streamworker::testing
