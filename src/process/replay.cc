#include "process/replay.h"

namespace streamworker {

namespace {

constexpr std::string_view kReplay = "__streamworker.replay.";

bool of_replay(const Header& header) { return header.name.substr(0, kReplay.size()) == kReplay; }

}  // namespace

std::optional<ReplayTarget> replay_target(const Headers* headers) {
  if (headers == nullptr) return {};
  ReplayTarget target;
  for (const Header& header : *headers) {
    if (!of_replay(header)) continue;
    const std::string_view value = header.value.value_or("");
    if (header.name == kReplayApp) target.app = value;
    if (header.name == kReplayPipeline) target.pipeline = value;
    if (header.name == kReplaySink) target.sink = value;
  }
  if (target.pipeline.empty()) return {};
  return target;
}

const Headers* without_replay(const Headers* headers, std::deque<Headers>& kept) {
  if (!replay_target(headers)) return headers;
  Headers& rest = kept.emplace_back();
  for (const Header& header : *headers)
    if (!of_replay(header)) rest.push_back(header);
  return rest.empty() ? nullptr : &rest;
}

}  // namespace streamworker
