#include "unit/codec/stream_text.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "record/types.h"

namespace streamworker::test {
namespace {

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, by);) parts.push_back(part);
  return parts;
}

void set(config::Field& field, const std::string& word) {
  const size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  std::replace(value.begin(), value.end(), '~', ' ');
  if (name.empty()) {
    field.default_value = value;
  } else if (name == "enum") {
    field.one_of = split(value, '|');
  } else if (name == "min") {
    field.min = std::stod(value);
  } else if (name == "max") {
    field.max = std::stod(value);
  } else if (name == "len") {
    field.max_length = std::stoll(value);
  } else if (name == "pattern") {
    field.pattern = value;
  } else if (name == "format") {
    field.format = value;
  } else if (name == "zone") {
    field.timezone = value;
  } else if (name == "coerce") {
    field.coerce = true;
  } else {
    throw std::logic_error("no such word: " + word);
  }
}

config::Field field_of(const std::vector<std::string>& words) {
  config::Field field;
  field.name = words.at(0);
  std::string type = words.at(1);
  field.nullable = type.back() == '?';
  if (field.nullable) type.pop_back();
  field.type = parse_type(type).value();
  for (size_t i = 2; i < words.size(); ++i) set(field, words[i]);
  return field;
}

void set(config::Stream& stream, const std::string& word) {
  if (word == "@strict") {
    stream.strict = true;
  } else if (word == "@coerce") {
    stream.coerce = true;
  } else if (word.starts_with("@key=")) {
    for (const std::string& name : split(word.substr(5), ',')) stream.key.push_back({name, {}, ""});
  } else if (word.starts_with("@time=")) {
    stream.timestamp = config::Text{word.substr(6), {}, ""};
  } else {
    throw std::logic_error("no such word: " + word);
  }
}

}  // namespace

config::Stream stream_of(const std::string& text) {
  config::Stream stream;
  for (const std::string& part : split(text, ';')) {
    std::vector<std::string> words = split(part, ' ');
    std::erase(words, "");
    if (words.empty()) continue;
    if (words[0].starts_with('@')) {
      set(stream, words[0]);
    } else {
      stream.schema.push_back(field_of(words));
    }
  }
  return stream;
}

}  // namespace streamworker::test
