#include "codec/worker_entry.h"

#include <rapidjson/document.h>

#include "codec/json_writer.h"

namespace streamworker {

namespace {

using Json = rapidjson::Value;

const Json* member(const Json& object, const char* name) {
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::optional<WorkerEntry::Partitions> read_partitions(const Json& json) {
  if (!json.IsObject()) return std::nullopt;
  const Json* const of = member(json, "of");
  const Json* const here = member(json, "here");
  if (of == nullptr || !of->IsInt() || here == nullptr || !here->IsArray()) return std::nullopt;
  WorkerEntry::Partitions out{of->GetInt(), {}};
  for (const Json& one : here->GetArray()) {
    if (!one.IsInt() || one.GetInt() < 0 || one.GetInt() >= out.of) return std::nullopt;
    out.here.push_back(one.GetInt());
  }
  return out;
}

}  // namespace

std::string to_json(const WorkerEntry& entry) {
  JsonWriter json;
  json.begin_object().member("address", entry.address).key("tables").begin_object();
  for (const auto& [name, partitions] : entry.tables) {
    json.key(name).begin_object().member("of", partitions.of).key("here").begin_array();
    for (const int32_t partition : partitions.here) json.value(partition);
    json.end_array().end_object();
  }
  json.end_object().end_object();
  return json.take();
}

std::optional<WorkerEntry> read_worker_entry(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  const Json* const address = member(document, "address");
  const Json* const tables = member(document, "tables");
  if (address == nullptr || !address->IsString() || tables == nullptr || !tables->IsObject())
    return std::nullopt;
  WorkerEntry out{{address->GetString(), address->GetStringLength()}, {}};
  for (const auto& [name, value] : tables->GetObject()) {
    auto partitions = read_partitions(value);
    if (!partitions) return std::nullopt;
    out.tables[{name.GetString(), name.GetStringLength()}] = std::move(*partitions);
  }
  return out;
}

}  // namespace streamworker
