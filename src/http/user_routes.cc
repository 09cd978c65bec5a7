#include "http/user_routes.h"

#include <algorithm>

#include "base/format.h"
#include "base/log.h"
#include "codec/json_writer.h"
#include "config/find_database.h"
#include "query/key_place.h"
#include "record/base64.h"
#include "record/utf8.h"

namespace streamworker::http {
namespace {

constexpr size_t kConnections = 4;
constexpr Duration kPatience = std::chrono::seconds(5);
constexpr size_t kMostBytes = 16UL << 20;  // of an answer

bool fits(const RoutePlan& route, const Target& target) {
  return std::equal(route.parts.begin(), route.parts.end(), target.path.begin(), target.path.end(),
                    [](const config::PathPart& part, const std::string& segment) {
                      return part.parameter || part.text == segment;
                    });
}

query::PathValues values_of(const RoutePlan& route, const Target& target) {
  query::PathValues values;
  for (size_t i = 0; i < route.parts.size(); ++i)
    if (route.parts[i].parameter) values[route.parts[i].text] = target.path[i];
  return values;
}

struct WriteValue {
  JsonWriter& json;
  void operator()(std::monostate) const { json.null(); }
  void operator()(int64_t value) const { json.value(value); }
  void operator()(double value) const { json.value(value); }
  void operator()(const std::string& value) const {
    if (is_utf8(value)) {
      json.value(value);
      return;
    }
    std::string text;
    append_base64(value, text);
    json.value(text);
  }
};

// False: it is too large.
bool write_rows(JsonWriter& json, const sink::SqlResult& result) {
  json.begin_array();
  for (const auto& row : result.rows) {
    json.begin_object();
    for (size_t i = 0; i < row.size(); ++i) {
      json.key(result.columns[i]);
      std::visit(WriteValue{json}, row[i]);
    }
    json.end_object();
    if (json.text().size() > kMostBytes) return false;
  }
  json.end_array();
  return true;
}

}  // namespace

UserRoutes::UserRoutes(const std::vector<RoutePlan>& routes, const Sources& sources)
    : routes_(routes), sources_(sources) {
  for (const RoutePlan& route : routes_) {
    const auto* const on = std::get_if<DatabaseRoute>(&route.answer);
    if (on == nullptr || pools_.contains(on->database)) continue;
    const config::Database& database = *config::find_database(sources_.file, on->database);
    pools_[on->database] =
        std::make_unique<sink::SessionPool>([&database] { return sink::open_session(database); },
                                            kConnections, kPatience, sources_.clock);
  }
}

const RoutePlan* UserRoutes::find(const Target& target) const {
  const auto found = std::find_if(routes_.begin(), routes_.end(),
                                  [&](const RoutePlan& one) { return fits(one, target); });
  return found == routes_.end() ? nullptr : &*found;
}

std::optional<size_t> UserRoutes::lane_of(const RoutePlan& route) const {
  const auto* const on = std::get_if<DatabaseRoute>(&route.answer);
  if (on == nullptr) return std::nullopt;
  return std::distance(pools_.begin(), pools_.find(on->database));
}

Response UserRoutes::answer(const RoutePlan& route, const Request& request) const {
  const query::PathValues path = values_of(route, request.target);
  Response out =
      std::visit([&](const auto& what) { return answer(what, request, path); }, route.answer);
  out.route = route.path;
  return out;
}

Response UserRoutes::answer(const TableRoute& route, const Request& request,
                            const query::PathValues& path) const {
  const query::TableInfo& table = *sources_.tables.find(route.table);
  const auto texts = query::key_texts(route, path);
  Arena arena;
  std::vector<Value> key;
  const auto text = query::key_text(table.plan->key, texts, arena, key);
  if (!text)
    return error_response(
        400, "bad_key",
        fmt::format("the key of table {} is {}", table.name, query::key_in_words(table.plan->key)));
  const auto from = sources_.tables.readable(table, *text);
  if (!from)
    return sources_.others == nullptr
               ? failed(from.error())
               : sources_.others->answer(request, table.name, *text, from.error());
  const auto reader = sources_.readers.lend();
  Response out;
  const auto found = reader->of(route, table).append(*from, *text, key, out.body);
  if (!found) return failed(found.error());
  return *found ? out : error_response(404, "not_found", "there is no row for this path");
}

Response UserRoutes::answer(const DatabaseRoute& route, const Request& /*request*/,
                            const query::PathValues& path) const {
  sink::SqlParameters parameters;
  for (const auto& [name, value] : path) parameters[name] = value;
  const auto result = pools_.at(route.database)->run(route.sql, parameters);
  if (!result) {
    log::warn("http", "database {}: {}", route.database, result.error().message);
    return failed(context(result.error(), "database " + route.database));
  }
  JsonWriter json;
  if (!write_rows(json, *result))
    return error_response(500, "too_large", "the rows are more than an answer may hold, 16 MiB");
  Response out;
  out.body = json.take();
  return out;
}

}  // namespace streamworker::http
