#include "query/row_json.h"

#include "record/json_text.h"

namespace streamworker::query {

RowJson::RowJson(const Schema& shown, size_t key_width, bool windowed)
    : key_width_(key_width), columns_(key_width + (windowed ? 2 : 0)) {
  for (const Field& field : shown.fields()) {
    std::string opening;
    append_json_string(field.name, opening);
    opening += ':';
    members_.push_back({std::move(opening), FieldText(field)});
  }
}

void RowJson::append(const Member& member, const Value& value, std::string& out) const {
  if (!member.text.append_json(value, out)) out += "null";
}

void RowJson::append_key(const Value* values, std::string& out) const {
  if (key_width_ == 1) return append(members_[0], values[0], out);
  for (size_t i = 0; i < key_width_; ++i) {
    out += i == 0 ? '[' : ',';
    append(members_[i], values[i], out);
  }
  out += ']';
}

void RowJson::append_columns(const Value* values, std::string& out) const {
  out += '{';
  for (size_t i = columns_; i < members_.size(); ++i) {
    if (i > columns_) out += ',';
    out += members_[i].opening;
    append(members_[i], values[i], out);
  }
  out += '}';
}

}  // namespace streamworker::query
