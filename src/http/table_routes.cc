#include "http/table_routes.h"

#include <charconv>

#include "base/format.h"
#include "http/table_documents.h"
#include "http/window_params.h"
#include "query/key_place.h"
#include "query/row_cursor.h"
#include "record/utf8.h"
#include "rocks/database.h"

namespace streamworker::http {
namespace {

constexpr size_t kDefaultRows = 100;
constexpr size_t kMostRows = 1000;
constexpr int kMostQueries = 2;           // at once: of four threads two are left for all else
constexpr size_t kMostBytes = 4UL << 20;  // a page ends behind the row that goes beyond

Response json(JsonWriter& document, const std::string& route) {
  Response out;
  out.body = document.take();
  out.route = route;
  return out;
}

// Cursors are places as hexadecimal digits.
std::string cursor_of(const std::string& place) {
  std::string out;
  for (const char c : place)
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::optional<std::string> place_of(const std::string& cursor) {
  std::string out;
  if (cursor.size() % 2 != 0) return std::nullopt;
  for (const char* at = cursor.data(); at < cursor.data() + cursor.size(); at += 2) {
    unsigned byte = 0;
    if (std::from_chars(at, at + 2, byte, 16).ptr != at + 2) return std::nullopt;
    out += static_cast<char>(byte);
  }
  return out;
}

std::string param(const Target& target, const std::string& name) {
  const auto found = target.params.find(name);
  return found == target.params.end() ? "" : found->second;
}

struct Page {
  std::string prefix;  // of the key's text
  query::Range range;
  size_t limit = kDefaultRows;
};

// Empty: `page` is what was asked for.
std::string read_page(const Target& target, bool windowed, Page& page) {
  if (target.has("limit")) {
    const std::string text = param(target, "limit");
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, page.limit);
    if (read.ptr != end || read.ec != std::errc() || page.limit < 1 || page.limit > kMostRows)
      return fmt::format("limit is a number from 1 to {}", kMostRows);
  }
  page.prefix = param(target, "prefix");
  if (!windowed) page.range = {page.prefix, rocks::end_of_prefix(page.prefix)};
  if (!target.has("cursor")) return {};
  const auto place = place_of(param(target, "cursor"));
  if (!place) return "cursor is what the page before this one says as `next`";
  if (*place >= page.range.begin) page.range.begin = *place + '\0';
  return {};
}

}  // namespace

Response TableRoutes::handle(const Request& request) const {
  const Target& target = request.target;
  if (target.path.size() == 1) {
    Response out;
    out.body = list();
    out.route = "/tables";
    return out;
  }
  const query::TableInfo* const table = tables_.find(target.path[1]);
  const bool one = target.path.size() == 3;
  Response out;
  if (table == nullptr || target.path.size() > 3)
    out = error_response(404, "not_found", "there is no such table; GET /tables names them");
  else if (one || target.has("key"))
    out = row(*table, one ? target.path[2] : param(target, "key"), request);
  else
    out = rows(*table, target);
  out.route = one ? "/tables/{table}/{key}" : "/tables/{table}";
  return out;
}

Response TableRoutes::sql(const Request& request) const {
  const std::string statement = request.post ? request.body : param(request.target, "q");
  Response out;
  if (!is_utf8(statement)) {
    out = error_response(400, "bad_request", "the statement is not UTF-8");
  } else {
    out = ++queries_ > kMostQueries ? failed(retry("other queries are under way")) : run(statement);
    --queries_;
  }
  out.route = "/sql";
  return out;
}

Response TableRoutes::run(const std::string& statement) const {
  const auto answer = readers_.lend()->sql(tables_).run(statement, {});
  if (!answer && answer.error().remedy == Remedy::Retry) return failed(answer.error());
  if (!answer) return error_response(400, "bad_query", answer.error().message);
  Response out;
  out.body = *answer;
  return out;
}

std::string TableRoutes::list() const {
  JsonWriter json;
  json.begin_object().key("tables").begin_array();
  for (const query::TableInfo& table : tables_.all()) {
    const auto [here, of] = tables_.here(table);
    write_table(json, table, here, of);
  }
  json.end_array().end_object();
  return json.take();
}

// A row that is not to be read here, because of `why`.
Response TableRoutes::elsewhere(const Request& request, const query::TableInfo& table,
                                const std::string& text, const Error& why) const {
  return others_ == nullptr ? failed(why) : others_->answer(request, table.name, text, why);
}

Response TableRoutes::row(const query::TableInfo& table, const std::string& key,
                          const Request& request) const {
  const auto text = query::key_text(table.plan->key, key);
  if (!text)
    return error_response(
        400, "bad_key",
        fmt::format("the key of table {} is {}", table.name, query::key_in_words(table.plan->key)));
  if (table.windowed()) return windows(table, *text, request);
  const auto from = tables_.readable(table, *text);
  if (!from) return elsewhere(request, table, *text, from.error());
  const auto reader = readers_.lend();
  query::ShownRow row;
  const auto found = reader->of(table).get(*from, *text, row);
  if (!found) return failed(found.error());
  if (!*found) return error_response(404, "not_found", "the table has no row for this key");
  JsonWriter document;
  write_row(document, table, row);
  return json(document, "");
}

Response TableRoutes::windows(const query::TableInfo& table, const std::string& text,
                              const Request& request) const {
  query::WindowsAsked asked;
  std::string fault;
  if (!read_windows(request.target, clock_.wall(), asked, fault))
    return error_response(400, "bad_request", fault);
  const auto from = tables_.readable(table, text);
  if (!from) return elsewhere(request, table, text, from.error());
  const auto reader = readers_.lend();
  JsonWriter document;
  bool any = false;
  const auto write = [&](const query::ShownRow& row) {
    if (!any) begin_windows(document, table, row);
    any = true;
    write_window_row(document, table, row);
  };
  const auto done = query::find_windows(reader->of(table), *from, text, asked, write);
  if (!done) return failed(done.error());
  if (!any)
    return error_response(404, "not_found", "the table has no row for this key and these windows");
  document.end_array().end_object();
  return json(document, "");
}

Response TableRoutes::rows(const query::TableInfo& table, const Target& target) const {
  Page page;
  if (const std::string fault = read_page(target, table.windowed(), page); !fault.empty())
    return error_response(400, "bad_request", fault);
  const auto from = tables_.readable(table);
  if (!from) return failed(from.error());
  const auto reader = readers_.lend();
  const auto cursor = query::open_rows(reader->of(table), *from, page.range);
  JsonWriter document;
  document.begin_object().member("table", table.name);
  write_partitions(document, from->partitions, from->of);
  document.key("rows").begin_array();
  std::string last;
  for (size_t count = 0;;) {
    const auto more = cursor->next();
    if (!more) return failed(more.error());
    if (*more && !cursor->row().key_text().starts_with(page.prefix)) continue;
    if (!*more) last.clear();
    if (!*more || count == page.limit || document.text().size() > kMostBytes) break;
    write_row(document, table, cursor->row());
    ++count;
    last = cursor->row().place();
  }
  document.end_array().key("next");
  if (last.empty())
    document.null();
  else
    document.value(cursor_of(last));
  document.end_object();
  return json(document, "");
}

}  // namespace streamworker::http
