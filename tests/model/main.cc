// The model's command line: see README.md.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/invariants.h"
#include "model/search.h"
#include "model/words.h"

namespace streamworker::model {

namespace {

constexpr std::string_view kUsage =
    "model [--shape table|database|both] [--faults N] [--records N]\n"
    "      searches all that can happen by the right rules; without --shape all three\n"
    "model --plant NAME|all [--shape …] [--faults N] [--records N]\n"
    "      plants a fault, or each of them, which the search has to find\n";

struct Bounded {
  Shape shape;
  int faults = 0;
  int records = 0;
};
// So that all of it takes seconds.
constexpr std::array<Bounded, 4> kBounds = {
    {{kTable, 3, 2}, {kDatabase, 3, 2}, {kBoth, 1, 2}, {kBoth, 2, 1}}};
constexpr int kPlantedFaults = 2;
constexpr int kPlantedRecords = 2;

struct Options {
  std::optional<Shape> shape;
  std::optional<int> faults;
  std::optional<int> records;
  std::string_view plant;
};

// None: it is no number from 0 to `most`.
std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return {};
  if (value < 0 || value > most) return {};
  return value;
}

bool take(Options& options, std::string_view name, std::string_view value) {
  if (name == "--shape") return (options.shape = shape_named(value)).has_value();
  if (name == "--faults") return (options.faults = number(value, 9)).has_value();
  if (name == "--plant") options.plant = value;
  if (name == "--plant") return value == "all" || plant_named(value) != nullptr;
  const auto records = number(value, kMostRecords);
  if (name != "--records" || !records || *records == 0) return false;
  options.records = records;
  return true;
}

struct Timed {
  Found found;
  double seconds = 0;
};

Timed timed_search(const Rules& rules) {
  const auto before = std::chrono::steady_clock::now();
  Timed timed{search(rules), 0};
  timed.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
  return timed;
}

void print_trace(const Found& found, const Rules& rules) {
  for (size_t i = 1; i < found.states.size(); ++i)
    std::printf("%4zu  %s\n", i,
                in_words(found.actions[i], found.states[i - 1], found.states[i]).c_str());
  std::printf("BROKEN: %s\n%s\n", std::string(words_of(found.broken)).c_str(),
              in_words(found.states.back(), rules).c_str());
}

using Counts = std::array<size_t, static_cast<size_t>(Act::Count)>;

// How often each action was taken. False: one never was, so nothing is known of it.
bool print_actions(const Counts& taken) {
  bool all = true;
  for (size_t i = 0; i < taken.size(); ++i) {
    const std::string name(name_of(static_cast<Act>(i)));
    std::printf("  %-20s%10zu%s", name.c_str(), taken[i], i % 3 == 2 ? "\n" : "");
    all = all && taken[i] > 0;
  }
  std::printf("\n");
  return all;
}

int search_right(const Options& options) {
  Counts taken{};
  std::printf("%-10s%7s%8s%10s%12s%6s%5s%8s\n", "task", "faults", "records", "states",
              "transitions", "depth", "ends", "seconds");
  for (const Bounded& bounds : kBounds) {
    if (options.shape && name_of(*options.shape) != name_of(bounds.shape)) continue;
    const Rules rules{bounds.shape, options.records.value_or(bounds.records),
                      options.faults.value_or(bounds.faults), Plant::None};
    const auto [found, seconds] = timed_search(rules);
    std::printf("%-10s%7d%8d%10zu%12zu%6d%5zu%8.1f\n", std::string(name_of(rules.shape)).c_str(),
                rules.faults, rules.records, found.reached, found.transitions, found.depth,
                found.ends, seconds);
    for (size_t i = 0; i < taken.size(); ++i) taken[i] += found.taken[i];
    if (found.broken == Broken::Nothing) continue;
    print_trace(found, rules);
    return 1;
  }
  std::printf("\nno violation; how often each action was taken:\n");
  if (print_actions(taken) || options.shape || options.faults || options.records) return 0;
  std::printf("an action was never taken: the model does not say what it seems to say\n");
  return 1;
}

Rules rules_of(const PlantInfo& plant, const Options& options) {
  return {options.shape.value_or(plant.shape), options.records.value_or(kPlantedRecords),
          options.faults.value_or(kPlantedFaults), plant.plant};
}

// The bounds of the model itself are no fault that was looked for.
bool is_found(const Found& found) {
  return found.broken != Broken::Nothing && found.broken != Broken::Bounds;
}

int find_all(const Options& options) {
  size_t missed = 0;
  std::printf("%-18s%-10s%5s%9s%8s  %s\n", "planted", "task", "trace", "states", "seconds",
              "what is broken");
  for (const PlantInfo& plant : plants()) {
    const Rules rules = rules_of(plant, options);
    const auto [found, seconds] = timed_search(rules);
    const bool seen = is_found(found);
    if (!seen) ++missed;
    std::printf("%-18s%-10s%5zu%9zu%8.1f  %s\n", std::string(plant.name).c_str(),
                std::string(name_of(rules.shape)).c_str(), seen ? found.states.size() - 1 : 0,
                found.reached, seconds,
                seen ? std::string(words_of(found.broken)).c_str() : "NOT FOUND");
    std::fflush(stdout);
  }
  std::printf("\n%zu of %zu found\n", plants().size() - missed, plants().size());
  return missed == 0 ? 0 : 1;
}

// The other way round: a violation is what was asked for.
int find_one(const PlantInfo& plant, const Options& options) {
  const Rules rules = rules_of(plant, options);
  std::printf("planted: %s\n", std::string(plant.what).c_str());
  const auto [found, seconds] = timed_search(rules);
  if (found.broken != Broken::Nothing) print_trace(found, rules);
  std::printf("%s among %zu states, in %.1f s\n", is_found(found) ? "found" : "NOT FOUND",
              found.reached, seconds);
  return is_found(found) ? 0 : 1;
}

int run(std::span<char*> arguments) {
  Options options;
  for (size_t i = 1; i < arguments.size(); i += 2) {
    const bool has_value = i + 1 < arguments.size();
    if (has_value && take(options, arguments[i], arguments[i + 1])) continue;
    std::fprintf(stderr, "model: cannot use '%s %s'\n%s", arguments[i],
                 has_value ? arguments[i + 1] : "", kUsage.data());
    return 2;
  }
  if (options.plant.empty()) return search_right(options);
  if (options.plant == "all") return find_all(options);
  return find_one(*plant_named(options.plant), options);
}

}  // namespace

}  // namespace streamworker::model

int main(int argc, char** argv) {
  return streamworker::model::run({argv, static_cast<size_t>(argc)});
}
