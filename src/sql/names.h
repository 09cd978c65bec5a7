// What a name in an expression stands for: a field of the row, or a pseudo column of its record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/schema.h"

namespace streamworker::sql {

enum class Pseudo { Key, Timestamp, Topic, Partition, Offset, Headers };

struct Source {
  std::optional<Pseudo> pseudo;  // none: a field
  size_t slot = 0;               // of the field
  bool operator==(const Source&) const = default;
};

class Names {
 public:
  // The schema must outlive it.
  explicit Names(const Schema& schema) : schema_(schema) {}

  // A field, before a pseudo column of the same name.
  std::optional<Source> find(std::string_view name) const;
  Field field(const Source& source) const;
  // "; did you mean \"price\"? columns here: ad_type, currency, price"
  std::string advice(const std::string& unknown) const;

 private:
  const Schema& schema_;
};

}  // namespace streamworker::sql
