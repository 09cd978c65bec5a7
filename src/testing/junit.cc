#include "testing/junit.h"

#include <algorithm>

#include "base/format.h"
#include "testing/differences.h"

namespace streamworker::testing {

namespace {

constexpr size_t kWidth = 120;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));  // XML cannot have it
    else
      out += c;
  }
  return out;
}

double seconds_of(Duration took) { return static_cast<double>(took.count()) / 1e6; }

std::string case_of(const std::string& suite, const Outcome& outcome) {
  std::string out = fmt::format(R"(    <testcase classname="{}" name="{}" time="{:.3f}")",
                                escaped(suite), escaped(outcome.name), seconds_of(outcome.took));
  if (outcome.passed()) return out + "/>\n";
  std::string text = outcome.error;
  std::string what = outcome.error;
  for (const Check& check : outcome.checks) {
    if (check.same) continue;
    what += (what.empty() ? "" : ", ") + check.what;
    text += differences(check, kWidth);
  }
  return out + fmt::format(">\n      <failure message=\"{}\">\n{}</failure>\n    </testcase>\n",
                           escaped(what), escaped(text));
}

}  // namespace

std::string junit(const std::vector<Suite>& suites) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& [name, outcomes] : suites) {
    Duration took{};
    for (const Outcome& one : outcomes) took += one.took;
    const auto failed = std::count_if(outcomes.begin(), outcomes.end(),
                                      [](const Outcome& one) { return !one.passed(); });
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" time=\"{:.3f}\">\n",
                       escaped(name), outcomes.size(), failed, seconds_of(took));
    for (const Outcome& one : outcomes) out += case_of(name, one);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace streamworker::testing
