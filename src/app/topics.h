// The topics of a plan: which there are, and those that the worker makes (DESIGN 4.10).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "log/log.h"
#include "runtime/plan.h"

namespace streamworker {

using Topics = std::map<std::string, TopicInfo>;

// Describes every topic that the plan reads or writes. Missing ones are made: source topics when
// the file says how many partitions (on the embedded log always), repartition topics with the
// partition count of their source, output topics with that of what feeds them, the dead letters'
// when a stream says dead_letter, that of the workers (has_registry). A changelog that is there and
// empty is adopted. Retry: the broker is away. Stop: a source topic is missing, a repartition topic
// or a changelog has another count than its source, a changelog is not compacted; says what to do.
Result<Topics> prepare_topics(Log& log, const config::File& file, const Plan& plan);
// The same without making anything; missing ones are left out.
Result<Topics> find_topics(Log& log, const config::File& file, const Plan& plan);
// A changelog that is there.
struct Changelog {
  std::string topic;
  std::string table;
  TopicInfo info;
  int32_t source_partitions = 0;
};
// Why a worker does not take it, and what to do. Empty: it does, or adopts it, since it is empty.
Result<std::string> changelog_fault(Log& log, const config::File& file, const Changelog& of);
// Kafka's, of a changelog.
std::map<std::string, std::string> changelog_settings();
// There may be other workers that have rows of the same tables: they tell each other who has which.
bool has_registry(const config::File& file, const Plan& plan);
// All topics of the plan: read, then written, then the dead letters'.
std::vector<std::string> topics_of(const config::File& file, const Plan& plan);

}  // namespace streamworker
