// What `streamworker tap` prints of the events of a feed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace streamworker::cli {

// The members of a JSON object, each value as the JSON that it is. What is no object has none.
std::vector<std::pair<std::string_view, std::string_view>> members_of(std::string_view json);
// Of this name; empty: there is none.
std::string_view member_of(std::string_view json, std::string_view name);
// A JSON string without its quotes, if it needs none; everything else as it is.
std::string_view bare(std::string_view json);

// Lines for people: time, key and value under each other; a window before the value. One thread.
class TapLines {
 public:
  // `came`: the time of an event that has none of its own.
  std::string line(std::string_view event, WallTime came);

 private:
  size_t key_width_ = 0;
};

// "left out here: 500 beyond 1000 a second, 12 not read fast enough"
std::string left_out_in_words(std::string_view dropped);

}  // namespace streamworker::cli
