// A table's rows as JSON: the key by itself, and its columns. Immutable.
#pragma once

#include <string>
#include <vector>

#include "record/field_text.h"
#include "record/schema.h"

namespace streamworker::query {

class RowJson {
 public:
  // `shown`: the key's fields, the window's bounds where there are windows, the columns.
  RowJson(const Schema& shown, size_t key_width, bool windowed);

  // One value, or an array of them; and `{"column":value,…}`. `values`: one for each field of
  // `shown`. A double that is not finite is null.
  void append_key(const Value* values, std::string& out) const;
  void append_columns(const Value* values, std::string& out) const;

 private:
  struct Member {
    std::string opening;  // `"name":`, escaped
    FieldText text;
  };
  void append(const Member& member, const Value& value, std::string& out) const;

  std::vector<Member> members_;
  size_t key_width_;
  size_t columns_;  // where they begin
};

}  // namespace streamworker::query
