// The changes of a table's rows, each as its readers see the row after a commit (DESIGN 7.4):
//
//   {"key":"a","value":{"n":2}}, {"key":"a","value":null} when it is gone, or `having` hides it;
//   with windows {"key":"a","window":{"start":…,"end":…},"value":{…}}
//
// A key that changed several times between two commits is told once. Of hopping windows that are
// kept in panes all are told that the record counts for, as they are by now; they go without a
// word. It ends when the partitions that are here are others.
#pragma once

#include "http/tap_feed.h"
#include "query/readers.h"
#include "query/tables.h"

namespace streamworker::http {

class TableFeed final : public TapFeed {
 public:
  struct Source {
    const query::TableInfo& table;
    const query::Tables& tables;
    query::Readers& readers;
    const Clock& clock;
  };
  // All of `from` must outlive it.
  TableFeed(std::unique_ptr<Taps::Listener> listener, std::optional<int64_t> limit,
            const Source& from);

 private:
  std::string start() override;
  std::string over() override;
  void show(const TapEvent& event, const Say& say) override;
  void show_row(const TapEvent& event, const Say& say);
  void show_windows(const TapEvent& event, const Say& say);
  void say_error(const Error& error, const Say& say) const;

  const Source from_;
  const std::pair<std::vector<int32_t>, int32_t> here_;  // as it began
};

}  // namespace streamworker::http
