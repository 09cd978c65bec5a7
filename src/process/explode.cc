#include "process/explode.h"

namespace streamworker {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Behind the string that starts at `at`.
size_t skip_string(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at;
}

}  // namespace

bool split_array(std::string_view text, std::vector<std::string_view>& elements) {
  elements.clear();
  text = trimmed(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (trimmed(inside).empty()) return true;
  size_t start = 0;
  int depth = 0;
  for (size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    if (c == '"') i = skip_string(inside, i);
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (c != ',' || depth > 0) continue;
    elements.push_back(trimmed(inside.substr(start, i - start)));
    start = i + 1;
  }
  elements.push_back(trimmed(inside.substr(start)));
  return true;
}

Explode::Explode(sql::Expressions of, const Schema& in, const Schema& out, BadRecords& bad)
    : of_(std::move(of)), bad_(bad), out_(out) {
  for (size_t i = 0; i + 1 < out.size(); ++i) kept_.push_back(in.find(out[i].name).value_or(0));
}

Result<void> Explode::process(const Batch& batch) {
  out_.clear();
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    auto split = elements_of(batch.row(i), meta);
    if (!split) {
      if (auto taken = bad_.take(meta, "explode", split.error().message); !taken) return taken;
      continue;
    }
    for (const std::string_view element : elements_) add(batch.row(i), meta, element);
  }
  return hand_on(out_);
}

Result<void> Explode::elements_of(const Value* row, const Meta& meta) {
  elements_.clear();
  Value array;
  if (auto made = of_.run(row, meta, out_.arena(), &array); !made) return made.error();
  if (array.is_null() || split_array(array.as_view(), elements_)) return {};
  return skip("it is no JSON array");
}

void Explode::add(const Value* row, const Meta& meta, std::string_view element) {
  Value* made = out_.add(meta);
  for (size_t k = 0; k < kept_.size(); ++k) made[k] = row[kept_[k]];
  if (element != "null") made[kept_.size()] = Value::of_json(element);
}

}  // namespace streamworker
