#include "config/json_schema.h"

#include "config/keys.h"

namespace streamworker::config {

Tree SchemaKeys::take() {
  Tree out = Tree::map({{"type", Tree::of("object")}, {"additionalProperties", Tree::of(false)}});
  out.add("properties", std::move(properties_));
  if (!required_.as_list()->empty()) out.add("required", std::move(required_));
  return out;
}

Tree or_variable(Tree schema) {
  Tree variable = Tree::map({{"type", Tree::of("string")}, {"pattern", Tree::of("\\$\\{")}});
  return Tree::map({{"anyOf", Tree::list({std::move(schema), std::move(variable)})}});
}

std::string json_schema() {
  File file;
  Tree out = Tree::map({{"$schema", Tree::of("https://json-schema.org/draft/2020-12/schema")},
                        {"title", Tree::of("A pipeline file of streamworker")}});
  const Tree root = schema_mapping(file);
  for (const auto& [key, value] : *root.as_map()) out.add(key, value);
  return out.json() + "\n";
}

}  // namespace streamworker::config
