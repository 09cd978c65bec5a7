#include "source/generator.h"

#include "base/format.h"
#include "codec/stream_schema.h"

namespace streamworker {
namespace {

constexpr const char* kNumber = "n";

// The field as the stream declares it, or none.
const Field* declared(const Schema& schema, const std::string& name) {
  const auto slot = schema.find(name);
  return slot ? &schema[*slot] : nullptr;
}

sql::Expressions compile_field(sql::Engine& engine, const Schema& before, size_t index,
                               const sql::Column& column, const std::string& topic) {
  try {
    return {engine, before, "", {column}, topic};
  } catch (const sql::ExpressionError& error) {
    throw sql::ExpressionError(index, error.offset, error.what());
  }
}

}  // namespace

Generator::Generator(const config::Stream& stream, const config::Generate& generate,
                     const Clock& clock)
    : count_(generate.count),
      engine_(clock, generate.seed),
      encoder_(compile(stream, generate)),
      row_(generate.fields.size() + 1) {}

// The fields' expressions; what they give is the schema of the records.
Schema Generator::compile(const config::Stream& stream, const config::Generate& generate) {
  const Schema schema = stream_schema(stream);
  std::vector<Field> seen = {{kNumber, {Type::Int}}};
  std::vector<Field> written;
  for (const config::Column& column : generate.fields) {
    const Field* const known = declared(schema, column.name);
    const auto type = column.type || !known ? column.type : known->type;
    fields_.push_back(compile_field(engine_, Schema(seen), fields_.size(),
                                    {column.name, column.expression.value, type}, stream.topic));
    Field made = fields_.back().schema()[0];
    seen.push_back(made);
    if (known && known->type == made.type) made = *known;
    written.push_back(std::move(made));
  }
  return Schema(std::move(written));
}

Result<Fed> Generator::next() {
  if (finished()) return Fed();
  arena_.reset();
  json_.clear();
  engine_.start_record(next_);
  row_[0] = Value::of_int(next_);
  Meta meta;
  meta.offset = next_;
  for (size_t i = 0; i < fields_.size(); ++i) {
    const auto made = fields_[i].run(row_.data(), meta, arena_, &row_[i + 1]);
    if (!made)
      return stop(fmt::format("record {}: {}: {}", next_, fields_[i].schema()[0].name,
                              made.error().message));
  }
  if (auto written = encoder_.append(row_.data() + 1, json_); !written)
    return stop(fmt::format("record {}: {}", next_, written.error().message));
  ++next_;
  return Fed(json_);
}

Result<void> Generator::seek(int64_t position) {
  next_ = position;
  return {};
}

}  // namespace streamworker
