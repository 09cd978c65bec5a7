#include "table/columns.h"

#include <algorithm>
#include <charconv>

#include "base/format.h"
#include "table/aggregate_call.h"
#include "table/column_reader.h"

namespace streamworker {
namespace {

class Splitter {
 public:
  void add(const ColumnText& column) {
    const ColumnReader reader(column.expression);
    if (auto call = reader.call_alone()) return add_alone(column, std::move(*call));
    const std::string_view text = column.expression;
    std::string expression;
    size_t copied = 0;
    for (auto call = reader.next_call(0); call; call = reader.next_call(call->range.to)) {
      expression += text.substr(copied, reader.at(call->range.from) - copied);
      copied = reader.end_of(call->range.to - 1);
      expression += result_of(*call);
    }
    expression += text.substr(copied);
    split_.columns.push_back({column.name, std::move(expression), column.type});
  }

  SplitColumns take() { return std::move(split_); }

 private:
  void add_alone(const ColumnText& column, ReadCall call) {
    std::optional<FieldType> type = column.type;
    if (type && type->type == Type::Decimal && accumulates_as(call.split.function)) {
      call.key += fmt::format(" as {}", to_string(*type));
      std::swap(call.split.as, type);
    }
    split_.columns.push_back({column.name, result_of(std::move(call)), type});
  }

  // The quoted name of its result, that of an equal call where there is one.
  std::string result_of(ReadCall call) {
    const auto same = std::find(keys_.begin(), keys_.end(), call.key);
    const auto index = static_cast<size_t>(same - keys_.begin());
    if (same == keys_.end()) {
      keys_.push_back(std::move(call.key));
      split_.calls.push_back(std::move(call.split));
    }
    return fmt::format("\"{}\"", result_name(index));
  }

  SplitColumns split_;
  std::vector<std::string> keys_;  // of split_.calls
};

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

// The text begins with the quoted name of a result: which?
std::optional<size_t> result_at(std::string_view text, size_t results) {
  if (!text.starts_with("\"#")) return std::nullopt;
  const auto which = number_of<size_t>(text.substr(2, text.find('"', 2) - 2));
  return which && *which < results ? which : std::nullopt;
}

// From a list with commas.
void remove(const std::string& name, std::string& list) {
  const size_t at = list.find(name);
  if (at == std::string::npos) return;
  list.erase(at, name.size());
  if (list.compare(at, 2, ", ") == 0) list.erase(at, 2);
}

}  // namespace

std::string result_name(size_t i) { return fmt::format("#{}", i); }

SplitColumns split_columns(const std::vector<ColumnText>& columns) {
  Splitter splitter;
  for (size_t i = 0; i < columns.size(); ++i) {
    try {
      splitter.add(columns[i]);
    } catch (const sql::SyntaxFault& fault) {
      throw ColumnsError(
          i, fault.at,
          fmt::format("{} (in \"{}\", at {})", fault.what(), columns[i].expression, fault.at + 1));
    }
  }
  return splitter.take();
}

std::string as_written(const std::string& message, const std::vector<std::string>& results) {
  constexpr std::string_view in = "(in \"";
  constexpr std::string_view place_is = "\", at ";
  const size_t begin = message.find(in);
  const size_t end = message.rfind(place_is);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return message;
  const size_t from = begin + in.size();
  const std::string_view text = std::string_view(message).substr(from, end - from);
  const std::string_view behind = std::string_view(message).substr(end + place_is.size());
  const size_t at = number_of<size_t>(behind.substr(0, behind.find(')'))).value_or(1);
  std::string written;
  size_t place = at;
  for (size_t i = 0; i < text.size();) {
    const auto result = result_at(text.substr(i), results.size());
    if (!result) {
      written += text[i++];
      continue;
    }
    const size_t size = result_name(*result).size() + 2;
    if (i + 1 < at) place += results[*result].size() - size;
    written += results[*result];
    i += size;
  }
  std::string advice(behind.substr(behind.find(')')));
  for (size_t i = results.size(); i-- > 0;) remove(result_name(i), advice);
  return fmt::format("{}{}{}{}{}{}", message.substr(0, begin), in, written, place_is, place,
                     advice);
}

std::optional<Value> literal_number(std::string_view text) {
  const bool plus = text.starts_with('+');  // from_chars knows only the other sign
  if (plus) text.remove_prefix(1);
  const std::string_view digits = text.substr(!plus && text.starts_with('-') ? 1 : 0);
  if (digits.find_first_of(".0123456789") != 0) return std::nullopt;  // as "inf"
  if (const auto number = number_of<int64_t>(text)) return Value::of_int(*number);
  if (const auto number = number_of<double>(text)) return Value::of_double(*number);
  return std::nullopt;
}

}  // namespace streamworker
