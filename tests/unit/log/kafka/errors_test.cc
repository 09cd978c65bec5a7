// Each error code has one rule, and deploy/kafka-errors.md says them all. UPDATE=1 in the
// environment writes the page anew.
#include "log/kafka/errors.h"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "unit/catch.h"

namespace streamworker::kafka {
namespace {

constexpr auto kHead = R"(# Kafka's errors and what the worker does

Made from the table in `src/log/kafka/errors.cc` by `UPDATE=1` and its test.

- **wait**: the client library tries again by itself, or the next call does. Nothing to do; `/health/ready` says `kafka away` when no broker answers.
- **start again**: the transaction is given up; a new producer settles it, and the tasks begin again from what is committed. Each further time it waits longer, from 200 ms to 5 s. Nothing is lost and nothing is doubled.
- **stop**: the worker ends with exit code 1 and says what to do.

A code that is not listed: start again. A member that is called fenced (FENCED_INSTANCE_ID) joins the group again as well; the second time within 20 s the worker stops: another one runs under the same `instance`.

| code | meaning | reaction | what to do |
|---|---|---|---|
)";

std::string name_of(Reaction reaction) {
  if (reaction == Reaction::Wait) return "wait";
  return reaction == Reaction::Stop ? "stop" : "start again";
}

std::string page() {
  std::string text = kHead;
  for (const Rule& rule : rules())
    text += std::string("| ") + rd_kafka_err2name(rule.code) + " (" + std::to_string(rule.code) +
            ") | " + rd_kafka_err2str(rule.code) + " | " + name_of(rule.reaction) + " | " +
            rule.advice + " |\n";
  return text;
}

TEST_CASE("the page says what the table does") {
  if (std::getenv("UPDATE") != nullptr)  // NOLINT(concurrency-mt-unsafe): one thread
    std::ofstream(KAFKA_ERRORS_PAGE) << page();
  std::stringstream found;
  found << std::ifstream(KAFKA_ERRORS_PAGE).rdbuf();
  INFO("UPDATE=1 in the environment of this test writes the page anew");
  CHECK(found.str() == page());
}

TEST_CASE("each code stands once, and each stop says what to do") {
  std::set<rd_kafka_resp_err_t> seen;
  for (const Rule& rule : rules()) {
    INFO(rd_kafka_err2name(rule.code));
    CHECK(seen.insert(rule.code).second);
    CHECK((rule.reaction == Reaction::Stop) == (std::string(rule.advice) != ""));
    const Error error = error_of(rule.code, "asking");
    CHECK((error.remedy == Remedy::Stop) == (rule.reaction == Reaction::Stop));
    CHECK(error.message.find(std::string("asking: ") + rd_kafka_err2str(rule.code)) == 0);
    CHECK(error.message.find(rule.advice) != std::string::npos);
  }
}

TEST_CASE("what nobody thought of starts again") {
  CHECK(reaction_to(RD_KAFKA_RESP_ERR_UNKNOWN) == Reaction::StartAgain);
  CHECK(remedy_of(RD_KAFKA_RESP_ERR_UNKNOWN) == Remedy::Retry);
}

}  // namespace
}  // namespace streamworker::kafka
