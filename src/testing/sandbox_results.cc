// What came out of a test.
#include <algorithm>

#include "app/letter_box.h"
#include "codec/packing_chain.h"
#include "config/all_streams.h"
#include "config/find_database.h"
#include "config/show.h"
#include "query/row_cursor.h"
#include "testing/sandbox.h"

namespace streamworker::testing {

namespace {

Came came_of(const Message& message, int32_t partition, bool is_json, PackingChain& packings) {
  Came came{partition, message.timestamp, {}, {}, {}, is_json, {}};
  if (message.key) came.key = std::string(*message.key);
  if (message.value) {
    came.value = std::string(*message.value);
    const auto unpacked = packings.unpack(*message.value);
    came.content = unpacked ? std::string(*unpacked) : came.value;
  }
  if (message.headers == nullptr) return came;
  came.headers.reserve(message.headers->size());
  for (const Header& header : *message.headers)
    came.headers.emplace_back(header.name, header.value.value_or(""));
  return came;
}

}  // namespace

config::Format Sandbox::format_of(const std::string& topic) const {
  for (const config::Stream* one : config::all_streams(file_))
    if (one->topic == topic) return one->format;
  for (const config::Pipeline& pipeline : file_.pipelines)
    for (const config::Sink& sink : pipeline.sinks)
      if (const auto* to = std::get_if<config::TopicSink>(&sink);
          to != nullptr && to->topic.value == topic)
        return to->format;
  return {};
}

Result<std::vector<Came>> Sandbox::topic(const std::string& name) {
  auto info = log_->describe(name);
  if (!info) return info.error();
  if (!*info) return stop("there is no topic " + name);
  const config::Format format = format_of(name);
  PackingChain packings(format.packings);
  const auto consumer = letter_consumer(*log_, "test");
  std::vector<Came> all;
  for (int32_t i = 0; i < (*info)->partitions; ++i) {
    auto read = read_all(*log_, *consumer, {name, i}, [&](const Message& one) {
      all.push_back(came_of(one, i, format.form == config::Form::Json, packings));
      return Result<bool>(true);
    });
    if (!read) return read.error();
  }
  return all;
}

Result<std::vector<CameRow>> Sandbox::table(const std::string& name) {
  const query::TableInfo* const table = tables_->find(name);
  if (table == nullptr) return stop("there is no table " + name);
  auto from = tables_->readable(*table);
  if (!from) return from.error();
  const auto reader = readers_.lend();
  const auto rows = query::open_rows(reader->of(*table), std::move(*from), {});
  std::vector<CameRow> all;
  while (true) {
    const auto more = rows->next();
    if (!more) return more.error();
    if (!*more) return all;
    CameRow& row = all.emplace_back();
    row.window = rows->row().window();
    table->json.append_key(rows->row().values(), row.key);
    table->json.append_columns(rows->row().values(), row.value);
  }
}

Result<sink::SqlResult> Sandbox::query(const std::string& database, const std::string& sql) {
  const auto* const spec = config::find_database(file_, database);
  return sink::open_session(*spec)->run(sql);
}

double Sandbox::counter(const std::string& name) const {
  double sum = 0;
  const std::string text = metrics_.text();
  const std::string wanted = name.starts_with("streamworker_") ? name : "streamworker_" + name;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.starts_with(wanted) && line.size() > wanted.size() &&
        (line[wanted.size()] == '{' || line[wanted.size()] == ' '))
      sum += std::stod(std::string(line.substr(line.rfind(' ') + 1)));
    at = end + 1;
  }
  return sum;
}

http::Response Sandbox::ask(const http::Request& request) {
  http::Routes routes(board_, metrics_, clock_, config::show_json(file_), STREAMWORKER_VERSION);
  routes.add(*tables_, readers_, nullptr);
  routes.add(plan_.routes, {*tables_, readers_, nullptr, file_, clock_});
  return routes.handle(request);
}

http::Response Sandbox::get(const std::string& target) {
  const auto parsed = http::parse_target(target);
  if (!parsed) return http::error_response(400, "bad_request", "no path");
  http::Request request;
  request.target = *parsed;
  return ask(request);
}

http::Response Sandbox::sql(const std::string& statement) {
  http::Request request;
  request.target.path = {"sql"};
  request.post = true;
  request.body = statement;
  return ask(request);
}

}  // namespace streamworker::testing
