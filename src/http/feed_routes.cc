#include "http/feed_routes.h"

#include <charconv>

#include "base/format.h"
#include "http/stream_feed.h"
#include "http/table_feed.h"
#include "query/key_place.h"
#include "query/row_place.h"

namespace streamworker::http {
namespace {

constexpr int kTooManyRetry = 5;  // seconds

bool is_changes(const Target& target) {
  return target.path.size() == 3 && target.path.front() == "tables" && target.path[2] == "changes";
}

bool is_tail(const Target& target) {
  return target.path.size() == 3 && target.path.front() == "streams" && target.path[2] == "tail";
}

// False: it is no limit.
bool read_limit(const Target& target, std::optional<int64_t>& limit) {
  const auto found = target.params.find("limit");
  if (found == target.params.end()) return true;
  const char* const end = found->second.data() + found->second.size();
  const auto read = std::from_chars(found->second.data(), end, limit.emplace());
  return read.ptr == end && read.ec == std::errc() && *limit >= 1;
}

std::optional<std::string> key_param(const Target& target) {
  const auto found = target.params.find("key");
  return found == target.params.end() ? std::nullopt : std::optional(found->second);
}

Response too_many() {
  Response out = failed(retry(fmt::format(
      "{} feeds are open already, as many as may be: close one, or try again", Taps::kMost)));
  out.retry_after = kTooManyRetry;
  return out;
}

Response of(std::shared_ptr<Feed> feed) {
  Response out;
  out.type = "text/event-stream";
  out.feed = std::move(feed);
  return out;
}

}  // namespace

bool FeedRoutes::takes(const Target& target) { return is_changes(target) || is_tail(target); }

Response FeedRoutes::open(const Target& target) const {
  const bool changes = is_changes(target);
  Response out = changes ? table(target.path[1], target) : stream(target.path[1], target);
  out.route = changes ? "/tables/{table}/changes" : "/streams/{stream}/tail";
  return out;
}

Response FeedRoutes::table(const std::string& name, const Target& target) const {
  const query::TableInfo* const table = from_.tables.find(name);
  if (table == nullptr)
    return error_response(404, "not_found", "there is no such table; GET /tables names them");
  std::optional<int64_t> limit;
  if (!read_limit(target, limit))
    return error_response(400, "bad_request", "limit is a number, 1 or more");
  TapFilter filter{key_param(target), query::key_at(*table)};
  if (filter.key) {
    filter.key = query::key_text(table->plan->key, *filter.key);
    if (!filter.key)
      return error_response(400, "bad_key",
                            fmt::format("the key of table {} is {}", table->name,
                                        query::key_in_words(table->plan->key)));
  }
  const auto here =
      filter.key ? from_.tables.readable(*table, *filter.key) : from_.tables.readable(*table);
  if (!here) return failed(here.error());
  auto listener = from_.taps.listen(from_.taps.table(name), std::move(filter));
  if (!listener) return too_many();
  return of(std::make_shared<TableFeed>(
      std::move(listener), limit,
      TableFeed::Source{*table, from_.tables, from_.readers, from_.clock}));
}

const config::Stream* FeedRoutes::find_stream(const std::string& name) const {
  for (const Stage& stage : from_.plan.stages)
    if (stage.stream != nullptr && !stage.stream->is_table && stage.stream->name == name)
      return stage.stream;
  return nullptr;
}

Response FeedRoutes::no_stream(const std::string& name) const {
  if (from_.tables.find(name) != nullptr)
    return error_response(404, "not_found",
                          fmt::format("{0} is a table: ask for /tables/{0}/changes", name));
  std::string known;
  for (const config::Stream& stream : from_.file.streams) {
    if (stream.name == name)
      return error_response(
          404, "not_found",
          fmt::format("no pipeline and no table reads stream {}, so this worker does not", name));
    known += (known.empty() ? "" : ", ") + stream.name;
  }
  return error_response(404, "not_found", "there is no such stream; known: " + known);
}

Response FeedRoutes::stream(const std::string& name, const Target& target) const {
  const config::Stream* const stream = find_stream(name);
  if (stream == nullptr) return no_stream(name);
  std::optional<int64_t> limit;
  if (!read_limit(target, limit))
    return error_response(400, "bad_request", "limit is a number, 1 or more");
  if (partitions_here(from_.board, *stream).empty())
    return failed(retry(fmt::format("no partition of stream {} is read here now", name)));
  auto listener = from_.taps.listen(from_.taps.stream(name), {key_param(target)});
  if (!listener) return too_many();
  return of(std::make_shared<StreamFeed>(std::move(listener), limit,
                                         StreamFeed::Source{*stream, from_.board, from_.clock}));
}

}  // namespace streamworker::http
