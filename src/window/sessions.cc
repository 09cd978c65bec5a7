#include "window/sessions.h"

#include <algorithm>

namespace streamworker {

std::optional<Sessions::Place> Sessions::place(int64_t time, std::span<const Session> open,
                                               std::optional<int64_t> stream_time) const {
  Place place{{time, time}, 0, 0};
  const auto passes = [&](const Session& one) {
    return one.last < time - gap_ || (stream_time && is_closed(one, *stream_time));
  };
  while (place.from < open.size() && passes(open[place.from])) ++place.from;
  for (size_t i = place.from; i < open.size() && open[i].first <= time + gap_; ++i) {
    place.session.first = std::min(place.session.first, open[i].first);
    place.session.last = std::max(place.session.last, open[i].last);
    ++place.count;
  }
  if (stream_time && is_closed(place.session, *stream_time)) return {};
  return place;
}

}  // namespace streamworker
