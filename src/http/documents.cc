#include "http/documents.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/human.h"
#include "base/log.h"
#include "codec/json_writer.h"

namespace streamworker::http {
namespace {

// Reasons carry texts; these of them are numbers.
bool is_number(const std::string& name) {
  static const std::set<std::string> names{"partition", "done",     "left_seconds", "total",
                                           "offset",    "position", "end",          "written"};
  return names.contains(name);
}

void write_detail(JsonWriter& json, const std::string& name, const std::string& text) {
  json.key(name);
  double number = 0;
  const char* end = text.data() + text.size();
  if (is_number(name) &&
      std::from_chars(text.data(), end, number) == std::from_chars_result{end, std::errc()})
    json.value(number);
  else
    json.value(log::redact(text));
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const std::string& text : texts) json.value(log::redact(text));
  json.end_array();
}

template <class T>
void write_optional(JsonWriter& json, std::string_view name, const std::optional<T>& value) {
  json.key(name);
  if (value)
    json.value(*value);
  else
    json.null();
}

std::string state_of(const MemberStatus& member) {
  if (!member.joined) return "joining";
  if (member.tasks.empty()) return "idle, spare";
  return member.reasons.empty() ? "running" : member.reasons.front().what;
}

std::optional<int64_t> lag_records(const TaskStatus& task) {
  if (!task.end) return std::nullopt;
  return std::max<int64_t>(0, *task.end - task.position);
}

std::optional<double> lag_seconds(const TaskStatus& task, WallTime now) {
  if (lag_records(task) == 0) return 0;
  if (!task.event_time) return std::nullopt;
  return std::max(0.0, std::chrono::duration<double>(now - *task.event_time).count());
}

void write_task(JsonWriter& json, const TaskStatus& task, WallTime now) {
  json.begin_object()
      .member("stage", task.stage)
      .member("topic", task.at.topic)
      .member("partition", task.at.partition)
      .member("state", log::redact(task.state))
      .member("position", task.position);
  write_optional(json, "committed", task.committed);
  write_optional(json, "end", task.end);
  write_optional(json, "lag_records", lag_records(task));
  write_optional(json, "lag_seconds", lag_seconds(task, now));
  std::optional<std::string> time;
  if (task.event_time) time = format_time(*task.event_time);
  write_optional(json, "event_time", time);
  write_texts(json, "paused", task.paused);
  json.end_object();
}

// A time of the table's, which is UTC: "2026-11-21 07:12:41.118000".
std::string as_rfc3339(std::string text) {
  constexpr size_t date = 10;
  if (text.size() <= date || text[date] != ' ') return text;
  text[date] = 'T';
  return text + 'Z';
}

void write_text(JsonWriter& json, std::string_view name, const std::string& text) {
  json.key(name);
  if (text.empty())
    json.null();
  else
    json.value(log::redact(text));
}

void write_setting(JsonWriter& json, const SettingStatus& setting) {
  json.begin_object().member("name", log::redact(setting.name));
  json.key("value").raw(log::redact(setting.value));
  json.key("default").raw(setting.initial);
  write_text(json, "origin", setting.origin);
  write_text(json, "updated_at", as_rfc3339(setting.updated_at));
  write_text(json, "updated_by", setting.updated_by);
  json.key("refused");
  if (setting.refused.empty()) {
    json.null();
  } else {
    json.begin_object()
        .member("value", log::redact(setting.refused_value))
        .member("reason", log::redact(setting.refused))
        .end_object();
  }
  json.end_object();
}

std::optional<std::string> time_text(std::optional<WallTime> at) {
  // `max`: never, as things are.
  if (!at || *at == WallTime::max()) return std::nullopt;
  return format_time(*at);
}

std::optional<std::string> said(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return log::redact(text);
}

void write_run(JsonWriter& json, std::string_view name, const std::optional<TimerRunStatus>& run) {
  json.key(name);
  if (!run) {
    json.null();
    return;
  }
  json.begin_object().member("scheduled_at", format_time(run->scheduled_at));
  write_optional(json, "finished_at", time_text(run->finished_at));
  write_optional(json, "seconds", run->seconds);
  json.member("result", run->result);
  write_optional(json, "error", said(run->error));
  json.member("who", run->who).end_object();
}

}  // namespace

std::string timers_document(const std::vector<TimerStatus>& timers) {
  JsonWriter json;
  json.begin_object().key("timers").begin_array();
  for (const TimerStatus& timer : timers) {
    json.begin_object()
        .member("name", timer.name)
        .member("schedule", timer.schedule)
        .member("database", timer.database)
        .member("on", timer.every_worker ? "every_worker" : "leader")
        .member("enabled", timer.enabled);
    write_optional(json, "next", time_text(timer.next));
    write_run(json, "last_run", timer.last);
    write_run(json, "asked_run", timer.asked);
    write_optional(json, "error", said(timer.error));
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

std::string ready_document(const std::vector<Reason>& reasons) {
  JsonWriter json;
  json.begin_object().member("ready", reasons.empty()).key("reasons").begin_array();
  for (const Reason& reason : reasons) {
    json.begin_object().member("what", log::redact(reason.what));
    for (const auto& [name, text] : reason.details) write_detail(json, name, text);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

std::string pipelines_document(const std::vector<PipelineStatus>& pipelines) {
  JsonWriter json;
  json.begin_object().key("pipelines").begin_array();
  for (const PipelineStatus& pipeline : pipelines) {
    json.begin_object().member("name", pipeline.name);
    write_texts(json, "from", pipeline.from);
    write_texts(json, "to", pipeline.to);
    json.member("paused", pipeline.paused)
        .member("records", static_cast<int64_t>(pipeline.records))
        .member("records_per_second", pipeline.rate)
        .member("state", pipeline.state);
    if (!pipeline.why.empty()) json.member("why", log::redact(pipeline.why));
    write_texts(json, "warnings", pipeline.warnings);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

std::string settings_document(const SettingsStatus& settings) {
  JsonWriter json;
  json.begin_object();
  write_text(json, "database", settings.database);
  json.member("poll_seconds", std::chrono::duration<double>(settings.poll).count());
  std::optional<std::string> read_at;
  if (settings.read_at) read_at = format_time(*settings.read_at);
  write_optional(json, "read_at", read_at);
  write_text(json, "problem", settings.problem);
  json.key("settings").begin_array();
  for (const SettingStatus& setting : settings.settings) write_setting(json, setting);
  json.end_array().end_object();
  return json.take();
}

std::string assignment_document(const std::map<std::string, MemberStatus>& members, WallTime now) {
  JsonWriter json;
  json.begin_object().key("members").begin_array();
  for (const auto& [name, member] : members) {
    json.begin_object()
        .member("member", name)
        .member("state", state_of(member))
        .key("tasks")
        .begin_array();
    for (const TaskStatus& task : member.tasks) write_task(json, task, now);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace streamworker::http
