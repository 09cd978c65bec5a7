#include "sql/names.h"

#include <array>

#include "config/problems.h"

namespace streamworker::sql {
namespace {

struct Known {
  std::string_view name;
  Pseudo pseudo;
  Type type;
  bool nullable;
};
constexpr std::array<Known, 6> kPseudo = {{
    {"_key", Pseudo::Key, Type::String, true},
    {"_timestamp", Pseudo::Timestamp, Type::Timestamp, false},
    {"_topic", Pseudo::Topic, Type::String, false},
    {"_partition", Pseudo::Partition, Type::Int, false},
    {"_offset", Pseudo::Offset, Type::Int, false},
    {"_headers", Pseudo::Headers, Type::Json, false},
}};

}  // namespace

std::optional<Source> Names::find(std::string_view name) const {
  if (const auto slot = schema_.find(name)) return Source{std::nullopt, *slot};
  for (const Known& known : kPseudo) {
    if (known.name == name) return Source{known.pseudo, 0};
  }
  return std::nullopt;
}

Field Names::field(const Source& source) const {
  if (!source.pseudo) return schema_[source.slot];
  const Known& known = kPseudo.at(static_cast<size_t>(*source.pseudo));
  return {std::string(known.name), FieldType{known.type}, known.nullable};
}

std::string Names::advice(const std::string& unknown) const {
  std::vector<std::string> names;
  for (const Field& field : schema_.fields()) names.push_back(field.name);
  for (const Known& known : kPseudo) names.emplace_back(known.name);
  std::string meant = config::did_you_mean(unknown, names);
  if (schema_.size() == 0) return meant;
  const std::string columns = "columns here: " + schema_.names();
  return meant.empty() ? "; " + columns : meant + " " + columns;
}

}  // namespace streamworker::sql
