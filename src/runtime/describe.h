// The plan in words, for `check`, `graph` and /pipelines.
#pragma once

#include <string>
#include <vector>

#include "runtime/plan.h"

namespace streamworker {

// "mtdataengineer.Classifieds (upsert by id)", "topic out", "file out.jsonl", "log"
std::string sink_in_words(const config::Sink& sink);
// One line for each pipeline, in the order of the data:
// data (kafka topic data, json, 9 fields) → store → by ad_type → batches of 15 / 30 s → shop.Ads …
std::vector<std::string> pipelines_in_words(const config::File& file);
// Topics that the application makes for itself.
std::vector<std::string> own_topics(const config::File& file, const Plan& plan);

}  // namespace streamworker
