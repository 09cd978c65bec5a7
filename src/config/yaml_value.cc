#include "config/yaml_value.h"

#include <algorithm>
#include <cctype>

#include "record/json_text.h"

namespace streamworker::config {

namespace {

// One or more digits from `at` on. False: there is none.
bool skip_digits(std::string_view text, size_t& at) {
  const size_t from = at;
  while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) ++at;
  return at > from;
}

bool is_one_of(std::string_view text, size_t at, std::string_view any) {
  return at < text.size() && any.find(text[at]) != std::string_view::npos;
}

// JSON's grammar.
bool is_number(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  const bool zero = is_one_of(text, at, "0");
  const size_t whole = at;
  if (!skip_digits(text, at) || (zero && at - whole > 1)) return false;
  if (is_one_of(text, at, ".") && !skip_digits(text, ++at)) return false;
  if (is_one_of(text, at, "eE")) {
    at += is_one_of(text, at + 1, "+-") ? 2 : 1;
    if (!skip_digits(text, at)) return false;
  }
  return at == text.size();
}

// May it stand in flow style without quotes, and be read as this text?
bool is_safe(const std::string& text) {
  const auto harmless = [](unsigned char c) {
    return std::isalnum(c) != 0 || c >= 0x80 ||
           std::string_view("_-./ ").find(static_cast<char>(c)) != std::string_view::npos;
  };
  const auto first = static_cast<unsigned char>(text.empty() ? ' ' : text.front());
  if ((std::isalnum(first) == 0 && first != '/' && first < 0x80) || text.back() == ' ')
    return false;
  Yaml scalar;
  scalar.kind = Yaml::Kind::Scalar;
  scalar.text = text;
  return plain_of(scalar) == Plain::Text && std::all_of(text.begin(), text.end(), harmless);
}

std::string quoted(const std::string& text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string scalar_flow(const Yaml& value) {
  if (plain_of(value) != Plain::Text) return value.text;
  return is_safe(value.text) ? value.text : quoted(value.text);
}

// Both forms differ in how they write a scalar, a name and what stands between.
template <class Scalar>
std::string write(const Yaml& value, const std::string& comma, const std::string& colon,
                  const Scalar& scalar) {
  if (value.kind == Yaml::Kind::Null) return "null";
  if (value.kind == Yaml::Kind::Scalar) return scalar(value);
  std::string out = value.kind == Yaml::Kind::List ? "[" : "{";
  const std::string before = out;
  for (const Yaml& item : value.items)
    out += (out == before ? "" : comma) + write(item, comma, colon, scalar);
  for (const Yaml::Entry& entry : value.entries) {
    Yaml name;
    name.kind = Yaml::Kind::Scalar;
    name.text = entry.key;
    name.quoted = true;
    out += (out == before ? "" : comma) + scalar(name) + colon +
           write(entry.value, comma, colon, scalar);
  }
  return out + (value.kind == Yaml::Kind::List ? "]" : "}");
}

}  // namespace

Plain plain_of(const Yaml& scalar) {
  if (scalar.kind == Yaml::Kind::Null) return Plain::Null;
  if (scalar.quoted) return Plain::Text;
  const std::string& text = scalar.text;
  if (text.empty() || text == "null" || text == "~") return Plain::Null;
  if (text == "true" || text == "false") return Plain::Bool;
  return is_number(text) ? Plain::Number : Plain::Text;
}

std::string json_of(const Yaml& value) {
  return write(value, ",", ":", [](const Yaml& scalar) {
    switch (plain_of(scalar)) {
      case Plain::Null:
        return std::string("null");
      case Plain::Text:
        return quoted(scalar.text);
      default:
        return scalar.text;
    }
  });
}

std::string text_of(const Yaml& value) {
  return value.kind == Yaml::Kind::Scalar ? value.text : json_of(value);
}

std::string flow_of(const Yaml& value) {
  return write(value, ", ", ": ", [](const Yaml& scalar) {
    return plain_of(scalar) == Plain::Null ? std::string("null") : scalar_flow(scalar);
  });
}

}  // namespace streamworker::config
