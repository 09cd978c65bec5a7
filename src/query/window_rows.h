// The windows of one key (DESIGN 7.2).
#pragma once

#include <functional>
#include <string_view>

#include "query/table_reader.h"

namespace streamworker::query {

// Which of them.
struct WindowsAsked {
  enum class Which {
    All,
    Latest,  // the newest that has a row
    At,      // of those that hold this moment the one that began last
    Current  // likewise, so long before the stream time of the key's partition
  };
  Which which = Which::All;
  int64_t ms = 0;  // of Current and At
};

// Tells the rows of these windows, from the oldest to the newest; what `having` hides is left out.
// A partition's rows are seen as they were at one moment. Looks at each window that has a row of
// whatever key (All, Latest), at one window, or, where the windows are sessions, at all rows.
Result<void> find_windows(TableReader& reader, const Readable& from, std::string_view key,
                          const WindowsAsked& asked,
                          const std::function<void(const ShownRow&)>& tell);

// Tells the rows of the windows that a pane's row counts for, likewise; `place`: where that lies
// (table/window_key.h). REQUIRES: the table's windows are kept in panes
Result<void> find_windows_of(TableReader& reader, const store::Partition& in,
                             std::string_view place,
                             const std::function<void(const ShownRow&)>& tell);

}  // namespace streamworker::query
