#include "config/fields.h"

#include <array>

#include "base/format.h"
#include "config/json_value.h"
#include "config/keys.h"
#include "record/json_text.h"
#include "record/types.h"

namespace streamworker::config {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kOthers = {
    {{"integer", "int"},
     {"long", "int"},
     {"bigint", "int"},
     {"int64", "int"},
     {"float", "double"},
     {"real", "double"},
     {"number", "double"},
     {"boolean", "bool"},
     {"text", "string"},
     {"str", "string"},
     {"varchar", "string"},
     {"datetime", "timestamp"},
     {"time", "timestamp"},
     {"binary", "bytes"},
     {"object", "json"},
     {"array", "json"}}};
constexpr std::array<std::string_view, 6> kPseudo = {"_key",       "_timestamp", "_topic",
                                                     "_partition", "_offset",    "_headers"};

constexpr std::string_view kTypePattern =
    "^(string|int|double|bool|timestamp|date|uuid|bytes|json|decimal\\([0-9]+, ?[0-9]+\\))";

std::vector<std::string> type_names() {
  return {"string",    "int",  "double", "bool",  "decimal(p,s)",
          "timestamp", "date", "uuid",   "bytes", "json"};
}

// The nearest type, with the digits that the user wrote.
std::string type_hint(const std::string& text) {
  const size_t open = text.find('(');
  const std::string digits = open == std::string::npos ? "(p,s)" : text.substr(open);
  std::vector<std::string> known = type_names();
  for (std::string& name : known)
    if (name == "decimal(p,s)") name = "decimal" + digits;
  std::string hint = did_you_mean(text, known);
  if (!hint.empty()) return hint;
  return fmt::format(" (known: {})", fmt::join(type_names(), ", "));
}

// Names that people bring from databases and other languages.
std::string other_name(const std::string& text) {
  for (const auto& [other, ours] : kOthers)
    if (other == text) return fmt::format("; did you mean \"{}\"?", ours);
  return "";
}

std::optional<FieldType> read_type(const Spot& spot, const std::string& text) {
  if (const auto type = parse_type(text)) return type;
  if (text == "decimal" || text.rfind("decimal(", 0) == 0) {
    spot.problem(
        fmt::format("{} is not a decimal: write decimal(p,s) with p digits in all, 1 to "
                    "38, and s of them behind the point",
                    quote(text)));
    return {};
  }
  std::string hint = other_name(text);
  if (hint.empty()) hint = type_hint(text);
  spot.problem("unknown type " + quote(text) + hint);
  return {};
}

void append_json(const Yaml& yaml, std::string& out);

void append_json_scalar(const Yaml& scalar, std::string& out) {
  if (!scalar.quoted && is_json(scalar.text))
    out += scalar.text;
  else
    append_json_string(scalar.text, out);
}

void append_json_list(const std::vector<Yaml>& items, std::string& out) {
  for (size_t i = 0; i < items.size(); ++i) {
    out += i == 0 ? '[' : ',';
    append_json(items[i], out);
  }
  out += items.empty() ? "[]" : "]";
}

void append_json_object(const std::vector<Yaml::Entry>& entries, std::string& out) {
  for (size_t i = 0; i < entries.size(); ++i) {
    out += i == 0 ? '{' : ',';
    append_json_string(entries[i].key, out);
    out += ':';
    append_json(entries[i].value, out);
  }
  out += entries.empty() ? "{}" : "}";
}

// A YAML value as JSON: plain words that JSON knows as they are, everything else as strings.
void append_json(const Yaml& yaml, std::string& out) {
  switch (yaml.kind) {
    case Yaml::Kind::Null:
      out += "null";
      return;
    case Yaml::Kind::Scalar:
      return append_json_scalar(yaml, out);
    case Yaml::Kind::List:
      return append_json_list(yaml.items, out);
    case Yaml::Kind::Map:
      return append_json_object(yaml.entries, out);
  }
}

bool is_short(const Field& field) {
  const Field plain;
  return !field.default_value && field.one_of.empty() && !field.min && !field.max &&
         !field.max_length && !field.pattern && !field.coerce && field.format == plain.format &&
         field.timezone == plain.timezone;
}

void read_field(const Spot& spot, Field& field) {
  if (spot.is_map()) {
    const size_t before = spot.reading.problems().size();
    read_mapping(spot, field);
    if (spot.reading.problems().size() == before) check_field(spot, field);
  } else {
    TypeOf{}.read(spot, field);
  }
}

bool is_pseudo_column(const std::string& name) {
  return std::find(kPseudo.begin(), kPseudo.end(), name) != kPseudo.end();
}

}  // namespace

void Fields::read(const Spot& spot, std::vector<Field>& value) const {
  if (!spot.is_map()) return spot.unexpected("a mapping of field to type");
  if (spot.yaml.entries.empty())
    return spot.problem("no fields; without `schema` a stream has one column `value` of type json");
  for (const auto& entry : spot.yaml.entries) {
    Field field;
    field.name = entry.key;
    field.at = entry.at;
    field.path = path_of(spot.path, entry.key);
    if (entry.key.empty()) spot.reading.problem(entry.at, spot.path, "a field without a name");
    if (is_pseudo_column(entry.key))
      spot.reading.problem(
          entry.at, spot.path,
          quote(entry.key) + " is a column that every record has; rename the field");
    read_field(spot.child(entry), field);
    value.push_back(std::move(field));
  }
}

Tree Fields::schema() const {
  Field field;
  Tree forms = Tree::list({or_variable(TypeOf{}.schema()), schema_mapping(field)});
  return Tree::map({{"type", Tree::of("object")},
                    {"additionalProperties", Tree::map({{"anyOf", std::move(forms)}})}});
}

Tree Fields::show(const std::vector<Field>& value) const {
  Tree out = Tree::map();
  for (Field field : value) {
    const bool plain = is_short(field);
    if (plain) {
      out.add(field.name, Tree::of(to_string(field.type) + (field.nullable ? "?" : "")));
    } else {
      out.add(field.name, show_changed(field));
    }
  }
  return value.empty() ? Tree() : out;
}

void TypeOf::read(const Spot& spot, Field& value) const {
  auto text = spot.scalar("a type like string, or decimal(10,3)");
  if (!text) return;
  if (!text->empty() && text->back() == '?') {
    value.nullable = true;
    text->pop_back();
  }
  if (const auto type = read_type(spot, *text)) value.type = *type;
}

Tree TypeOf::schema() const {
  return Tree::map(
      {{"type", Tree::of("string")}, {"pattern", Tree::of(std::string(kTypePattern) + "[?]?$")}});
}

Tree TypeOf::show(const Field& value) const {
  return value.type.type == Type::Any ? Tree() : Tree::of(to_string(value.type));
}

void DefaultOf::read(const Spot& spot, std::optional<std::string>& value) const {
  if (spot.is_null() || spot.yaml.unreadable) return;
  if (spot.is_scalar()) {
    value = spot.yaml.text;
    return;
  }
  value.emplace();
  append_json(spot.yaml, *value);
}

Tree DefaultOf::show(const std::optional<std::string>& value) const {
  return value ? Tree::of(*value) : Tree();
}

void ResultType::read(const Spot& spot, FieldType& value) const {
  const auto text = spot.scalar("a type like string, or decimal(10,3)");
  if (!text) return;
  if (!text->empty() && text->back() == '?')
    return spot.problem("the result of an expression may always be null: leave the ? out");
  if (const auto type = read_type(spot, *text)) value = *type;
}

Tree ResultType::schema() const {
  return or_variable(Tree::map(
      {{"type", Tree::of("string")}, {"pattern", Tree::of(std::string(kTypePattern) + "$")}}));
}

Tree ResultType::show(FieldType value) const { return Tree::of(to_string(value)); }

}  // namespace streamworker::config
