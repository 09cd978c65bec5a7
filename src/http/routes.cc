#include "http/routes.h"

#include <algorithm>

#include "codec/json_writer.h"
#include "http/documents.h"
#include "http/pretty.h"
#include "http/table_documents.h"

namespace streamworker::http {
namespace {

Response json(std::string body) {
  Response out;
  out.body = std::move(body);
  return out;
}

Response metrics_text(const Metrics& metrics) {
  Response out;
  out.body = metrics.text();
  out.type = "text/plain; version=0.0.4; charset=utf-8";
  return out;
}

std::string version_document(const std::string& version) {
  return JsonWriter()
      .begin_object()
      .member("name", "streamworker")
      .member("version", version)
      .end_object()
      .take();
}

std::string joined(const std::vector<std::string>& path) {
  std::string out;
  for (const std::string& segment : path) out += "/" + segment;
  return out.empty() ? "/" : out;
}

}  // namespace

Routes::Routes(const StatusBoard& board, const Metrics& metrics, const Clock& clock,
               std::string config, std::string version)
    : board_(board),
      metrics_(metrics),
      clock_(clock),
      config_(std::move(config)),
      version_(std::move(version)) {
  routes_ = {
      {"/", "this list", [this] { return json(list()); }},
      {"/health/live", "200 while the process runs",
       [] { return json(JsonWriter().begin_object().member("live", true).end_object().take()); }},
      {"/health/ready", "200 when it does its work, else 503 with the reasons",
       [this] { return ready(); }},
      {"/metrics", "counters and gauges for Prometheus", [this] { return metrics_text(metrics_); }},
      {"/version", "the program's version", [this] { return json(version_document(version_)); }},
      {"/config", "the effective configuration, without secrets", [this] { return json(config_); }},
      {"/pipelines", "the pipelines, what they read and write, and their rates",
       [this] { return json(pipelines_document(board_.pipelines())); }},
      {"/settings", "what can change while it runs: value, default, where it comes from",
       [this] { return json(settings_document(board_.settings())); }},
      {"/assignment", "tasks of this worker: positions, lag, state",
       [this] { return json(assignment_document(board_.members(), clock_.wall())); }},
  };
}

void Routes::add(const query::Tables& tables, query::Readers& readers, Forwarding* others) {
  tables_.emplace(tables, readers, others, clock_);
  others_ = others;
  if (others != nullptr) {
    others->set_lane(own_lanes());
    routes_.push_back({"/workers", "the workers, and which partitions of the tables each has",
                       [others] { return json(workers_document(others->workers())); }});
  }
  routes_.push_back({"/sql", "/sql?q=SELECT …: a query over the tables; POST takes it as the body",
                     [this] { return tables_->sql({}); }});
  routes_.push_back(
      {"/tables", "the tables; /tables/{table} and /tables/{table}/{key}: their rows", [this] {
         Request request;
         request.target.path = {"tables"};
         return tables_->handle(request);
       }});
}

void Routes::add(const FeedSources& feeds) {
  feeds_.emplace(feeds);
  routes_.push_back({"/tables/{table}/changes",
                     "a feed of server-sent events: rows as they change; ?key=, ?limit=",
                     {}});
  routes_.push_back(
      {"/streams/{stream}/tail", "likewise: records as they are taken; ?key=, ?limit=", {}});
}

void Routes::add(const std::vector<RoutePlan>& routes, const Sources& sources) {
  own_.emplace(routes, sources);
  if (others_ != nullptr) others_->set_lane(own_lanes());
  for (const RoutePlan& route : routes) {
    const auto* const table = std::get_if<TableRoute>(&route.answer);
    const std::string what =
        table != nullptr ? "rows of table " + table->table
                         : "rows of database " + std::get<DatabaseRoute>(route.answer).database;
    routes_.push_back({route.path, what, {}});
  }
}

std::optional<size_t> Routes::lane_of(const Request& request) const {
  const RoutePlan* const route = own_ ? own_->find(request.target) : nullptr;
  return route == nullptr ? std::nullopt : own_->lane_of(*route);
}

void Routes::add(Timers& timers) {
  timers_ = &timers;
  routes_.push_back({"/timers", "when the timers run and how they went; POST /timers/{name}/run",
                     [this] { return json(timers_document(timers_->statuses())); }});
}

Response Routes::run_timer(const std::string& name) const {
  using Asked = Timers::Asked;
  Response out;
  const Asked asked = timers_ == nullptr ? Asked::Unknown : timers_->run_now(name);
  if (asked == Asked::Unknown) {
    out = error_response(404, "not_found", "no such timer; GET /timers names those of the file");
  } else if (asked == Asked::Stopping) {
    out = error_response(503, "stopping", "the worker stops, no timer begins a run any more");
  } else {
    out = json(JsonWriter()
                   .begin_object()
                   .member("timer", name)
                   .member("accepted", true)
                   .end_object()
                   .take());
    out.status = 202;
  }
  out.route = "/timers/{name}/run";
  return out;
}

Response Routes::answer(const Request& request) const {
  const Target& target = request.target;
  if (others_ != nullptr)
    if (auto refused = others_->refuse(request)) return std::move(*refused);
  if (feeds_ && FeedRoutes::takes(target)) return feeds_->open(target);
  if (tables_ && !target.path.empty()) {
    if (target.path.front() == "tables") return tables_->handle(request);
    if (takes_body(target)) return tables_->sql(request);
  }
  if (const auto* const own = own_ ? own_->find(target) : nullptr)
    return own_->answer(*own, request);
  const std::string path = joined(target.path);
  const auto route = std::find_if(routes_.begin(), routes_.end(),
                                  [&](const Route& each) { return each.path == path; });
  if (route == routes_.end())
    return error_response(404, "not_found", "nothing is here; known: " + known_paths());
  Response out = route->answer();
  out.route = route->path;
  return out;
}

Response Routes::handle(const Request& request) const {
  if (takes_post(request.target) && !takes_body(request.target))
    return request.post ? run_timer(request.target.path[1]) : wrong_method("POST only", "POST");
  Response out = answer(request);
  const bool for_people = request.wants_html || request.target.has("pretty");
  if (out.type == "application/json" && for_people) out.body = pretty(out.body);
  return out;
}

Response Routes::ready() const {
  const auto reasons = board_.reasons();
  Response out = json(ready_document(reasons));
  out.status = reasons.empty() ? 200 : 503;
  return out;
}

std::string Routes::list() const {
  JsonWriter json;
  json.begin_object()
      .member("name", "streamworker")
      .member("version", version_)
      .key("paths")
      .begin_array();
  for (const Route& route : routes_)
    json.begin_object().member("path", route.path).member("what", route.what).end_object();
  json.end_array().end_object();
  return json.take();
}

std::string Routes::known_paths() const {
  std::string out;
  for (const Route& route : routes_) out += (out.empty() ? "" : ", ") + route.path;
  return out;
}

}  // namespace streamworker::http
