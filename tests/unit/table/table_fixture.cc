#include "unit/table/table_fixture.h"

#include "record/decimal.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

std::string outcome(const Result<void>& result) {
  if (result) return {};
  CHECK(result.error().remedy == Remedy::Skip);
  return result.error().message;
}

}  // namespace

FieldType decimal(int precision, int scale) {
  return {Type::Decimal, static_cast<uint8_t>(precision), static_cast<uint8_t>(scale)};
}

Value decimal_value(std::string_view text, int scale) {
  const auto unscaled = parse_decimal(text, decimal(38, scale));
  REQUIRE(unscaled);
  return Value::of_decimal(*unscaled, static_cast<uint8_t>(scale));
}

AggregateArgument constant(Value value) { return {FieldType{}, value}; }

AggregateCall call_of(std::string function, std::vector<AggregateArgument> arguments) {
  AggregateCall call;
  call.text = function + "(x)";
  call.function = std::move(function);
  call.arguments = std::move(arguments);
  return call;
}

Aggregate compiled(const AggregateCall& call) {
  auto made = compile(call);
  if (!made) FAIL(made.error().message);
  return std::move(*made);
}

std::string show(const Value& value) {
  if (value.is_null()) return "null";
  std::string text;
  REQUIRE(FieldText(Field{}).append_plain(value, text));
  return text;
}

OneCall::OneCall(const AggregateCall& call) : calls({compiled(call)}), row(calls.make_row()) {}

std::string OneCall::add(std::initializer_list<Value> args) {
  return outcome(calls.add(row, args.begin()));
}

std::string OneCall::take_back(std::initializer_list<Value> args) {
  return outcome(calls.take_back(row, args.begin()));
}

OneCall& OneCall::with(std::initializer_list<Value> values) {
  for (const Value& value : values) REQUIRE(add({value}).empty());
  return *this;
}

std::string OneCall::merge(const OneCall& from) { return outcome(calls.merge(row, from.row)); }

Value OneCall::value() { return calls.result(row, 0, arena); }

std::string OneCall::bytes() const {
  std::string bytes;
  calls.append(row, bytes);
  return bytes;
}

void OneCall::reread() {
  const std::string before = bytes();
  auto read = calls.read(before);
  if (!read) FAIL(read.error().message);
  row = std::move(*read);
  REQUIRE(bytes() == before);
}

}  // namespace streamworker
