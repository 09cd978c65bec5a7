#include "runtime/timer_parameters.h"

#include <charconv>

#include "codec/json_writer.h"
#include "sql/sqlite.h"

namespace streamworker {
namespace {

using sink::SqlParameters;
using sink::SqlValue;

// "007" and "+5" are texts: a number would not be written like that.
SqlValue constant(const std::string& text) {
  int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && std::to_string(number) == text) return number;
  return text;
}

SqlValue moment(std::optional<WallTime> at, Duration shift, const sink::Session& session) {
  if (!at) return {};
  return sink::moment_text(session.dialect(), *at + shift);
}

Result<SqlValue> first_value(const std::string& query, const SqlParameters& moments,
                             sink::Session& session) {
  auto result = session.run(query, moments);
  if (!result) return result.error();
  if (result->rows.empty() || result->rows.front().empty()) return SqlValue();
  return result->rows.front().front();
}

}  // namespace

Result<SqlParameters> evaluate(const std::vector<config::Parameter>& parameters,
                               const RunMoments& moments, sink::Session& session,
                               const SqlParameters& kept) {
  using Kind = config::Parameter::Kind;
  const auto at = [&](Kind kind, Duration shift) {
    if (kind == Kind::ScheduledAt) return moment(moments.scheduled_at, shift, session);
    if (kind == Kind::Now) return moment(moments.now, shift, session);
    return moment(moments.last_run, shift, session);
  };
  const SqlParameters own = {{"scheduled_at", at(Kind::ScheduledAt, {})},
                             {"now", at(Kind::Now, {})},
                             {"last_run", at(Kind::LastRun, {})}};
  SqlParameters out;
  for (const config::Parameter& parameter : parameters) {
    SqlValue& value = out[parameter.name];
    const bool changes = parameter.kind == Kind::Now || parameter.kind == Kind::Query;
    if (const auto before = kept.find(parameter.name); changes && before != kept.end()) {
      value = before->second;
    } else if (parameter.kind == Kind::Constant) {
      value = constant(parameter.text);
    } else if (parameter.kind != Kind::Query) {
      value = at(parameter.kind, parameter.shift);
    } else {
      auto found = first_value(parameter.text, own, session);
      if (!found) return context(found.error(), "the parameter " + parameter.name);
      value = std::move(*found);
    }
  }
  return out;
}

std::string to_json(const SqlParameters& parameters) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : parameters) {
    json.key(name);
    if (const auto* const text = std::get_if<std::string>(&value))
      json.value(*text);
    else if (const auto* const number = std::get_if<int64_t>(&value))
      json.value(*number);
    else if (const auto* const real = std::get_if<double>(&value))
      json.value(*real);
    else
      json.null();
  }
  json.end_object();
  return json.take();
}

Result<SqlParameters> from_json(const std::string& text) {
  auto connection = sql::Connection::open(":memory:");
  if (!connection) return connection.error();
  auto each = sql::Statement::prepare(*connection, "SELECT key, atom FROM json_each(?1)");
  if (!each) return each.error();
  each->bind(1, Value::of_string(text));
  SqlParameters out;
  auto row = each->step();
  for (; row && *row; row = each->step()) {
    SqlValue& value = out[each->text_at(0)];
    if (each->null_at(1))
      value = std::monostate();
    else if (each->is_int_at(1))
      value = each->int_at(1);
    else if (each->is_double_at(1))
      value = each->double_at(1);
    else
      value = each->text_at(1);
  }
  if (!row) return context(row.error(), "the parameters in streamworker_timers");
  return out;
}

}  // namespace streamworker
