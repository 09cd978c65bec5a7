#include "sink/mysql_columns.h"

#include <bit>
#include <cmath>

#include "sink/literal.h"

namespace streamworker::sink {
namespace {

using Type = MysqlColumn::Type;

// An indicator and a length in front of a text, or a number.
constexpr size_t kMostAround = 10;

void put(MysqlColumn& column, size_t row, Type type, int64_t number, std::string_view text) {
  if (column.nulls.size() <= row) {
    column.numbers.resize(row + 1);
    column.texts.resize(row + 1);
    column.sizes.resize(row + 1);
    column.nulls.resize(row + 1);
  }
  column.nulls[row] = type == Type::Null ? 1 : 0;
  if (type != Type::Null) column.type = type;
  column.numbers[row] = number;
  column.texts[row] = text.data();
  column.sizes[row] = text.size();
}

}  // namespace

void MysqlColumns::start() {
  clear();
  arena_.reset();
}

void MysqlColumns::clear() {
  rows_ = 0;
  bytes_ = 0;
  for (MysqlColumn& column : columns_) column.type = Type::Null;
}

std::string_view MysqlColumns::text_of(const Value& value) {
  scratch_.clear();
  append_bare(value, scratch_);
  return arena_.copy(scratch_);
}

bool MysqlColumns::make_cell(const Value& value, Cell& cell) {
  cell = {};
  switch (value.kind()) {
    case Value::Kind::Null:
      break;
    case Value::Kind::Int:
    case Value::Kind::Bool:
      cell = {Type::Integer, value.as_int(), {}};
      break;
    case Value::Kind::Double:
      if (!std::isfinite(value.as_double())) return false;
      cell = {Type::Double, std::bit_cast<int64_t>(value.as_double()), {}};
      break;
    case Value::Kind::Decimal:
      cell = {Type::Decimal, 0, text_of(value)};
      break;
    case Value::Kind::Timestamp:
    case Value::Kind::Date:
    case Value::Kind::Uuid:
      cell = {Type::Text, 0, text_of(value)};
      break;
    case Value::Kind::String:
    case Value::Kind::Json:
      cell = {Type::Text, 0, value.as_view()};
      break;
    case Value::Kind::Bytes:
      cell = {Type::Bytes, 0, value.as_view()};
      break;
  }
  return true;
}

std::optional<size_t> MysqlColumns::make(const Value* row) {
  made_bytes_ = 0;
  for (size_t slot = 0; slot < made_.size(); ++slot) {
    if (!make_cell(row[slot], made_[slot])) return slot;
    made_bytes_ += kMostAround + made_[slot].text.size();
  }
  return {};
}

bool MysqlColumns::fits() const {
  for (size_t slot = 0; slot < made_.size(); ++slot) {
    const Type type = made_[slot].type;
    const Type there = columns_[slot].type;
    if (type != there && type != Type::Null && there != Type::Null) return false;
  }
  return true;
}

void MysqlColumns::add() {
  for (size_t slot = 0; slot < made_.size(); ++slot) {
    const Cell& cell = made_[slot];
    put(columns_[slot], rows_, cell.type, cell.number, cell.text);
  }
  ++rows_;
  bytes_ += made_bytes_;
}

}  // namespace streamworker::sink
