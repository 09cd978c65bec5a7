#include "codec/json_encoder.h"

#include "record/json_text.h"

namespace streamworker {

JsonEncoder::JsonEncoder(const Schema& schema) {
  for (const Field& field : schema.fields()) {
    std::string opening(1, members_.empty() ? '{' : ',');
    append_json_string(field.name, opening);
    members_.push_back({opening + ":", FieldText(field)});
  }
}

Result<void> JsonEncoder::append(const Value* row, std::string& out) const {
  const size_t start = out.size();
  if (members_.empty()) out += '{';
  for (size_t slot = 0; slot < members_.size(); ++slot) {
    const Member& member = members_[slot];
    out += member.opening;
    if (member.text.append_json(row[slot], out)) continue;
    out.resize(start);
    return skip("$." + member.opening.substr(2, member.opening.size() - 4) +
                " is a double that is not finite, which JSON cannot say");
  }
  out += '}';
  return {};
}

}  // namespace streamworker
