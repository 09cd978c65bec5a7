#include "model/search.h"

#include <algorithm>
#include <cstring>
#include <deque>

#include "model/invariants.h"

namespace streamworker::model {

namespace {

constexpr uint32_t kNoState = 0xffffffff;

// The states that were reached, and how each was reached first.
class Reached {
 public:
  Reached() : slots_(1 << 16, kNoState) {}
  // Its number, and whether it is new. The workers are alike, so two states that differ in their
  // names alone are one.
  std::pair<uint32_t, bool> add(const State& as_it_is, uint32_t from, Taken by) {
    if (2 * states_.size() >= slots_.size()) grow();
    const State other = swapped(as_it_is);
    by.renamed = std::memcmp(&other, &as_it_is, sizeof other) < 0;
    const State& state = by.renamed ? other : as_it_is;
    uint32_t& slot = slot_of(state);
    if (slot != kNoState) return {slot, false};
    slot = static_cast<uint32_t>(states_.size());
    states_.push_back(state);
    ways_.push_back({from, by});
    return {slot, true};
  }
  size_t size() const { return states_.size(); }
  const State& operator[](uint32_t number) const { return states_[number]; }
  void trace(uint32_t to, Found& found) const {
    for (uint32_t at = to; at != kNoState; at = ways_[at].from) {
      found.states.push_back(states_[at]);
      found.actions.push_back(ways_[at].by);
    }
    std::reverse(found.states.begin(), found.states.end());
    std::reverse(found.actions.begin(), found.actions.end());
    give_names(found);
  }

 private:
  // Each worker under the name that it had at the beginning.
  static void give_names(Found& found) {
    bool other = found.actions.front().renamed;
    for (size_t i = 0; i < found.states.size(); ++i) {
      Taken& taken = found.actions[i];
      if (i > 0 && other) taken.worker = static_cast<uint8_t>(1 - taken.worker);
      if (i > 0) other = other != taken.renamed;
      if (other) found.states[i] = swapped(found.states[i]);
    }
  }
  struct Way {
    uint32_t from = kNoState;
    Taken by;
  };
  uint32_t& slot_of(const State& state) {
    size_t at = hash_of(state) & (slots_.size() - 1);
    while (slots_[at] != kNoState && !(states_[slots_[at]] == state))
      at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void grow() {
    slots_.assign(slots_.size() * 2, kNoState);
    for (uint32_t i = 0; i < states_.size(); ++i) slot_of(states_[i]) = i;
  }

  std::deque<State> states_;
  std::vector<Way> ways_;
  std::vector<uint32_t> slots_;  // open addressing; a power of two
};

struct Edge {
  uint32_t from = 0;
  uint32_t to = 0;
};

// The first state from which no end is reached by any way that needs no fault; kNoState: none.
uint32_t without_end(size_t states, std::vector<Edge>& edges, const std::vector<uint32_t>& ends) {
  std::vector<uint32_t> begin(states + 1, 0);  // of the edges that lead to each
  for (const Edge& edge : edges) ++begin[edge.to + 1];
  for (size_t i = 0; i < states; ++i) begin[i + 1] += begin[i];
  std::vector<uint32_t> from(edges.size());
  std::vector<uint32_t> fill(begin.begin(), begin.end() - 1);
  for (const Edge& edge : edges) from[fill[edge.to]++] = edge.from;
  std::vector<bool> good(states, false);
  std::vector<uint32_t> open = ends;
  for (const uint32_t end : ends) good[end] = true;
  while (!open.empty()) {
    const uint32_t at = open.back();
    open.pop_back();
    for (uint32_t i = begin[at]; i < begin[at + 1]; ++i) {
      if (good[from[i]]) continue;
      good[from[i]] = true;
      open.push_back(from[i]);
    }
  }
  const auto bad = std::find(good.begin(), good.end(), false);
  return bad == good.end() ? kNoState : static_cast<uint32_t>(bad - good.begin());
}

class Search {
 public:
  explicit Search(const Rules& rules) : rules_(rules), nexts_(rules) {}

  Found run() {
    for (const State& state : beginnings(rules_)) reached_.add(state, kNoState, {});
    size_t level_end = reached_.size();
    for (uint32_t at = 0; at < reached_.size(); ++at) {
      if (at == level_end) {
        ++found_.depth;
        level_end = reached_.size();
      }
      if (!expand(at)) break;
    }
    found_.reached = reached_.size();
    found_.ends = ends_.size();
    if (found_.broken != Broken::Nothing) return std::move(found_);
    const uint32_t lost = without_end(reached_.size(), edges_, ends_);
    if (lost != kNoState) violated(Broken::NoEnd, lost);
    return std::move(found_);
  }

 private:
  // False: something is broken.
  bool expand(uint32_t at) {
    const State& from = reached_[at];
    bool goes_on = false;
    for (const Next& next : nexts_.of(from)) {
      ++found_.transitions;
      ++found_.taken[static_cast<size_t>(next.act)];
      const auto [to, fresh] = reached_.add(next.state, at, {next.act, next.worker});
      if (!is_fault(next.act)) {
        goes_on = true;
        edges_.push_back({at, to});
      }
      if (!fresh) continue;
      if (const Broken broken = broken_in(next.state, rules_); broken != Broken::Nothing)
        return violated(broken, to);
    }
    if (goes_on) return true;
    ends_.push_back(at);
    const Broken broken = broken_at_end(from, rules_);
    return broken == Broken::Nothing || violated(broken, at);
  }
  bool violated(Broken broken, uint32_t at) {
    found_.broken = broken;
    reached_.trace(at, found_);
    return false;
  }

  const Rules& rules_;
  Nexts nexts_;
  Reached reached_;
  std::vector<Edge> edges_;  // of actions that are no faults
  std::vector<uint32_t> ends_;
  Found found_;
};

}  // namespace

Found search(const Rules& rules) { return Search(rules).run(); }

}  // namespace streamworker::model
