#include "query/bounds.h"

#include <algorithm>
#include <cctype>

#include "record/field_text.h"
#include "record/key.h"
#include "rocks/database.h"

namespace streamworker::query {

namespace {

using sql::Condition;
using Test = sql::Condition::Test;

constexpr double kOneRow = 1e-6;
constexpr double kPart = 0.1;  // what a range leaves, or one of several fields

// Values of this field that are equal in SQL are equal on the wire, and come in this kind.
std::optional<Value::Kind> exact_kind(const Field& field) {
  switch (field.type.type) {
    case Type::String:
    case Type::Uuid:
    case Type::Date:
      return Value::Kind::String;
    case Type::Int:
    case Type::Bool:
      return Value::Kind::Int;
    default:
      return std::nullopt;
  }
}

// The key's field as SQL compares it, as the value that the key was written from. None: no help.
std::optional<Value> field_value(const Field& field, const Value& value, Arena& arena) {
  if (value.kind() != exact_kind(field)) return std::nullopt;
  if (field.type.type == Type::Int) return value;
  if (field.type.type == Type::Bool) return Value::of_bool(value.as_int() != 0);
  Field iso = field;
  iso.format.clear();
  return FieldText(iso).parse(value.as_view(), arena);
}

std::optional<Value> equal_to(const Schema& key, size_t column,
                              const std::vector<Condition>& conditions, Arena& arena) {
  for (const Condition& one : conditions)
    if (one.column == column && one.test == Test::Equal)
      if (auto value = field_value(key[column], one.value, arena)) return value;
  return std::nullopt;
}

Range exactly(std::string text) {
  std::string behind = text + '\0';
  return {std::move(text), std::move(behind)};
}

// Of the first fields as far as each is said: one key, or those that begin so.
std::optional<Range> equal_range(const Schema& key, const std::vector<Condition>& conditions) {
  Arena arena;
  std::vector<Value> values;
  while (values.size() < key.size()) {
    const auto value = equal_to(key, values.size(), conditions, arena);
    if (!value) break;
    values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  std::string text;
  if (values.size() == key.size()) {
    const auto written = KeyText(key.fields()).append(values.data(), text);
    if (!written || !*written) return std::nullopt;
    return exactly(std::move(text));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    text += i == 0 ? '[' : ',';
    if (!FieldText(key[i]).append_json(values[i], text)) return std::nullopt;
  }
  text += ',';
  return Range{text, rocks::end_of_prefix(text)};
}

void narrow(Range& range, const Range& by) {
  range.begin = std::max(range.begin, by.begin);
  if (range.end.empty() || (!by.end.empty() && by.end < range.end)) range.end = by.end;
}

// From the smallest text that LIKE takes for this prefix to behind the largest.
Range like_range(std::string_view pattern) {
  const std::string_view prefix = pattern.substr(0, pattern.find_first_of("%_"));
  std::string upper(prefix);
  std::string lower(prefix);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return {upper, rocks::end_of_prefix(lower)};
}

Range glob_range(std::string_view pattern) {
  const std::string prefix(pattern.substr(0, pattern.find_first_of("*?[")));
  return {prefix, rocks::end_of_prefix(prefix)};
}

// Of a key that is one text, whose order on the disk is that of SQL.
Range text_range(Test test, std::string_view text) {
  const std::string at(text);
  switch (test) {
    case Test::Greater:
      return {at + '\0', ""};
    case Test::AtLeast:
      return {at, ""};
    case Test::Less:
      return {"", at};
    case Test::AtMost:
      return {"", at + '\0'};
    case Test::Like:
      return like_range(text);
    case Test::Glob:
      return glob_range(text);
    case Test::Equal:
      break;
  }
  return exactly(at);
}

bool is_one_text(const Schema& key) { return key.size() == 1 && key[0].type.type == Type::String; }

}  // namespace

std::optional<Range> bounds_of(const Schema& key, const std::vector<Condition>& conditions) {
  Range range;
  for (const Condition& one : conditions) {
    if (one.value.is_null()) return std::nullopt;  // nothing compares with null
    if (one.column != 0 || one.value.kind() != Value::Kind::String || !is_one_text(key)) continue;
    // Nothing is below an empty text, and an empty end would be none.
    if (one.test == Test::Less && one.value.as_view().empty()) return std::nullopt;
    narrow(range, text_range(one.test, one.value.as_view()));
  }
  if (const auto equal = equal_range(key, conditions)) narrow(range, *equal);
  if (!range.end.empty() && range.end <= range.begin) return std::nullopt;
  return range;
}

double share_of(const Schema& key, const std::vector<Condition>& conditions) {
  const auto has_equal = [&](size_t column) {
    return exact_kind(key[column]) &&
           std::any_of(conditions.begin(), conditions.end(), [&](const Condition& one) {
             return one.column == column && one.test == Test::Equal;
           });
  };
  size_t equal = 0;
  double share = 1;
  for (; equal < key.size() && has_equal(equal); ++equal) share *= kPart;
  if (equal == key.size()) return kOneRow;
  if (equal > 0 || !is_one_text(key)) return share;
  for (const Condition& one : conditions)
    if (one.column == 0 && one.test != Test::Equal) share *= kPart;
  return std::max(share, kPart * kPart);
}

}  // namespace streamworker::query
