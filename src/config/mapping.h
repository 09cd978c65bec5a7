// What follows from a mapping's keys. `keys(v, it)` (keys.h) calls its visitor once for each key:
//
//   v("interval", commit.interval, Span{…}, "the longest time between two commits");
//
// with the name, the member that holds the value (and its default), the value's shape, one line of
// help, and a Need: Required where the key must be there, Live where it may change. The visitors of
// this header read a mapping, show one, and write its JSON Schema; reference.cc has the one that
// writes the reference.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "config/reading.h"
#include "config/scalars.h"
#include "config/tree.h"

namespace streamworker::config {

// Live: optional, and can be changed while the worker runs (live.h).
enum class Need { Optional, Required, Live };

// The value is a struct with keys of its own.
struct Mapping {};
// The value is a vector of structs with `name` and `at`; in the file a mapping by name.
struct Named {
  std::string what;     // "stream"
  bool sparse = false;  // show what is not as by default: some keys exclude others
};

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class Shape>
concept TakesOptional = requires {
  typename Shape::TakesOptional;
};

template <class Shape, class T>
void read_value(const Spot& spot, const Shape& shape, T& value);
template <class Shape, class T>
Tree show_value(const Shape& shape, T& value);
template <class Shape, class T>
Tree schema_value(const Shape& shape, T& value);

class ReadKeys {
 public:
  explicit ReadKeys(const Spot& spot) : spot_(spot) {}

  template <class T, class Shape>
  void operator()(std::string_view name, T& member, const Shape& shape, std::string_view help,
                  Need need = Need::Optional) {
    known_.emplace_back(name);
    const auto* entry = spot_.yaml.find(name);
    if (entry != nullptr) return read_value(spot_.child(*entry), shape, member);
    if (need == Need::Required) missing_.emplace_back(name, help);
  }
  // Problems: keys that nothing took, and keys that had to be there.
  void finish();

 private:
  const Spot& spot_;
  std::vector<std::string> known_;
  std::vector<std::pair<std::string, std::string>> missing_;  // name, help
};

class ShowKeys {
 public:
  template <class T, class Shape>
  void operator()(std::string_view name, T& member, const Shape& shape, std::string_view,
                  Need = Need::Optional) {
    Tree value = show_value(shape, member);
    if (!value.is_null()) out_.add(std::string(name), std::move(value));
  }
  Tree take() { return out_.as_map()->empty() ? Tree() : std::move(out_); }

 private:
  Tree out_ = Tree::map();
};

class SchemaKeys {
 public:
  template <class T, class Shape>
  void operator()(std::string_view name, T& member, const Shape& shape, std::string_view help,
                  Need need = Need::Optional) {
    Tree value = schema_value(shape, member);
    value.add("description", Tree::of(std::string(help)));
    if constexpr (!std::is_same_v<Shape, Mapping>) {
      Tree initial = show_value(shape, member);
      if (need != Need::Required && !initial.is_null()) value.add("default", std::move(initial));
    }
    properties_.add(std::string(name), std::move(value));
    if (need == Need::Required) required_.push(Tree::of(std::string(name)));
  }
  Tree take();

 private:
  Tree properties_ = Tree::map();
  Tree required_ = Tree::list();
};

template <class T>
void read_mapping(const Spot& spot, T& value) {
  if (!spot.is_map() && !spot.is_null()) return spot.unexpected("a mapping");
  ReadKeys read(spot);
  keys(read, value);
  read.finish();
}

template <class T>
Tree show_mapping(T& value) {
  ShowKeys show;
  keys(show, value);
  return show.take();
}

// What differs from a new T, for structs some of whose keys exclude others.
template <class T>
Tree show_changed(T& value) {
  T initial{};
  const Tree before = show_mapping(initial);
  Tree out = Tree::map();
  const Tree all = show_mapping(value);
  if (all.is_null()) return out;
  for (const auto& [key, its] : *all.as_map()) {
    const Tree* same = before.find(key);
    if (same == nullptr || same->json() != its.json()) out.add(key, its);
  }
  return out;
}

template <class T>
Tree schema_mapping(T& value) {
  SchemaKeys schema;
  keys(schema, value);
  return schema.take();
}

// The same shapes, when a scalar may also be written ${…}.
Tree or_variable(Tree schema);

template <class T>
void read_named(const Spot& spot, const Named& shape, std::vector<T>& value) {
  if (spot.is_null()) return;
  if (!spot.is_map()) return spot.unexpected("a mapping of names to " + shape.what + "s");
  for (const auto& entry : spot.yaml.entries) {
    if (!is_name(entry.key))
      spot.reading.problem(
          entry.at, spot.path,
          quote(entry.key) + " cannot name a " + shape.what + "; it needs " + expected_name());
    T one{};
    one.name = entry.key;
    one.at = entry.at;
    read_mapping(spot.child(entry), one);
    value.push_back(std::move(one));
  }
}

template <class T>
Tree show_named(const Named& shape, std::vector<T>& value) {
  Tree out = Tree::map();
  for (T& one : value) {
    Tree its = shape.sparse ? show_changed(one) : show_mapping(one);
    out.add(one.name, its.is_null() ? Tree::map() : std::move(its));
  }
  return value.empty() ? Tree() : out;
}

template <class Shape, class T>
void read_value(const Spot& spot, const Shape& shape, T& value) {
  if constexpr (kIsOptional<T> && !TakesOptional<Shape>) {
    typename T::value_type inner{};
    read_value(spot, shape, inner);
    value = std::move(inner);
  } else if constexpr (std::is_same_v<Shape, Mapping>) {
    read_mapping(spot, value);
  } else if constexpr (std::is_same_v<Shape, Named>) {
    read_named(spot, shape, value);
  } else if constexpr (requires(std::string text) { shape.from_text(text, value); }) {
    const auto text = spot.scalar(shape.expected());
    if (!text || shape.from_text(*text, value)) return;
    std::string hint;
    if constexpr (requires { shape.suggest(*text); }) hint = shape.suggest(*text);
    spot.problem("expected " + shape.expected() + ", got " + quote(*text) + hint);
  } else {
    shape.read(spot, value);
  }
}

template <class Shape, class T>
Tree show_value(const Shape& shape, T& value) {
  if constexpr (kIsOptional<T> && !TakesOptional<Shape>) {
    return value ? show_value(shape, *value) : Tree();
  } else if constexpr (std::is_same_v<Shape, Mapping>) {
    return show_mapping(value);
  } else if constexpr (std::is_same_v<Shape, Named>) {
    return show_named(shape, value);
  } else {
    return shape.show(value);
  }
}

template <class Shape, class T>
Tree schema_value(const Shape& shape, T& value) {
  if constexpr (kIsOptional<T> && !TakesOptional<Shape>) {
    typename T::value_type inner{};
    return schema_value(shape, inner);
  } else if constexpr (std::is_same_v<Shape, Mapping>) {
    return schema_mapping(value);
  } else if constexpr (std::is_same_v<Shape, Named>) {
    typename T::value_type one{};
    return Tree::map(
        {{"type", Tree::of("object")},
         {"propertyNames", Tree::map({{"pattern", Tree::of("^[A-Za-z_][A-Za-z0-9_-]*$")}})},
         {"additionalProperties", schema_mapping(one)}});
  } else if constexpr (requires(std::string text) { shape.from_text(text, value); }) {
    return or_variable(shape.schema());
  } else {
    return shape.schema();
  }
}

}  // namespace streamworker::config
