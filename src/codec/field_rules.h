// What a field's values must keep to beside their type: enum, min, max, max_length, pattern.
//
// max_length counts characters of a string and bytes of bytes. A pattern is an ECMAScript regular
// expression over bytes that must match the whole string; it runs in time linear in the string and
// in bounded stack, whatever the string, and so knows no back-references. Immutable.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/spec.h"
#include "record/arena.h"
#include "record/field_text.h"

namespace streamworker {

class FieldRules {
 public:
  // Texts of the rules are copied into `keep`. Throws std::invalid_argument: a bad pattern, an enum
  // text that is not of the field's type.
  FieldRules(const config::Field& field, const FieldText& text, Arena& keep);
  ~FieldRules();
  FieldRules(FieldRules&&) noexcept;

  bool any() const { return any_; }
  // "is not one of Free, Premium": what is wrong with the value; empty: nothing. Null keeps all
  // rules.
  std::string broken_by(const Value& value) const;

 private:
  struct Pattern;
  std::string out_of_range(const Value& value) const;
  bool too_long(const Value& value) const;

  std::vector<Value> one_of_;
  std::string one_of_text_;
  std::optional<double> min_;
  std::optional<double> max_;
  std::optional<int64_t> max_length_;
  std::unique_ptr<const Pattern> pattern_;
  bool any_ = false;
};

}  // namespace streamworker
