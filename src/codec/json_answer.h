// What /sql answers, read back: {"columns": […], "rows": [[…], …]}, or {"error": {"message"}}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace streamworker {

struct JsonAnswer {
  using Value = std::variant<std::monostate, int64_t, double, std::string>;
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;
  std::string error;  // its message; empty: there was none
};

// None: it is no such answer.
std::optional<JsonAnswer> read_json_answer(std::string_view json);

}  // namespace streamworker
