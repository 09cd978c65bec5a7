#include "config/tree.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "record/json_text.h"

namespace streamworker::config {

namespace {

constexpr std::array<std::string_view, 9> kYamlWords = {"true", "false", "null", "yes", "no",
                                                        "on",   "off",   "y",    "n"};
constexpr size_t kLongestLine = 70;

class JsonWriter {
 public:
  JsonWriter(std::string& out, bool wide) : out_(out), wide_(wide) {}

  void operator()(std::monostate) { out_ += "null"; }
  void operator()(bool v) { out_ += v ? "true" : "false"; }
  void operator()(int64_t v) { append_int(v, out_); }
  void operator()(double v) {
    if (!append_double(v, out_)) out_ += "null";
  }
  void operator()(const std::string& v) { append_json_string(v, out_); }
  void write(const Tree& tree) {
    if (const auto* list = tree.as_list()) return block('[', ']', *list);
    if (const auto* map = tree.as_map()) return block('{', '}', *map);
    out_ += tree.json(true);
  }

 private:
  template <class Items>
  void block(char open, char close, const Items& items) {
    out_ += open;
    ++depth_;
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += wide_ ? ", " : ",";
      line();
      item(items[i]);
    }
    --depth_;
    if (!items.empty()) line();
    out_ += close;
  }
  void item(const Tree& tree) { write(tree); }
  void item(const std::pair<std::string, Tree>& entry) {
    append_json_string(entry.first, out_);
    out_ += ": ";
    write(entry.second);
  }
  void line() {
    if (!wide_) out_ += "\n" + std::string(depth_ * 2, ' ');
  }

  std::string& out_;
  bool wide_;
  size_t depth_ = 0;
};

// Can it stand in YAML without quotes and still be this text?
bool is_plain(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (text.empty() || std::find(kYamlWords.begin(), kYamlWords.end(), lower) != kYamlWords.end())
    return false;
  const bool starts = std::isalpha(static_cast<unsigned char>(text[0])) != 0 || text[0] == '_' ||
                      text[0] == '/' || text[0] == '.';
  return starts && text.back() != ':' && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  std::string_view("_./-+@()*=<>$ ").find(static_cast<char>(c)) !=
                      std::string_view::npos;
         });
}

std::string yaml_text(const std::string& text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    escaped += text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    if (text[i] == '$' && (next == '$' || next == '{')) escaped += '$';
  }
  const bool colon = text.find("://") != std::string::npos && text.find(' ') == std::string::npos &&
                     text.find('#') == std::string::npos;
  std::string without = escaped;
  if (colon) without.erase(std::remove(without.begin(), without.end(), ':'), without.end());
  const bool digits = !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0 &&
                      std::isalpha(static_cast<unsigned char>(text.back())) != 0 &&
                      is_plain("x" + text);  // 30s, 1GiB
  if (is_plain(without) || digits) return escaped;
  std::string quoted;
  append_json_string(escaped, quoted);
  return quoted;
}

bool is_scalar(const Tree& tree) { return tree.as_list() == nullptr && tree.as_map() == nullptr; }

std::string yaml_scalar(const Tree& tree) {
  return tree.as_text() != nullptr ? yaml_text(*tree.as_text()) : tree.json(true);
}

// On one line, [a, b] or {a: 1, b: 2}; "" when it is not made of scalars alone, or too long.
std::string yaml_line(const Tree& tree) {
  if (is_scalar(tree)) return yaml_scalar(tree);
  std::string out;
  bool scalars = true;
  const auto add = [&](const std::string& before, const Tree& value) {
    scalars = scalars && is_scalar(value);
    if (scalars) out.append(out.empty() ? "" : ", ").append(before).append(yaml_scalar(value));
  };
  if (const auto* list = tree.as_list()) {
    for (const Tree& item : *list) add("", item);
    return scalars ? "[" + out + "]" : "";
  }
  for (const auto& [key, value] : *tree.as_map()) add(yaml_text(key) + ": ", value);
  return scalars && out.size() <= kLongestLine ? "{" + out + "}" : "";
}

void write_yaml(const Tree& tree, size_t depth, std::string& out);

void write_yaml_map(const Tree::Map& map, size_t depth, std::string& out) {
  for (const auto& [key, value] : map) {
    const std::string line = yaml_line(value);
    out.append(depth * 2, ' ').append(yaml_text(key)).append(line.empty() ? ":" : ": ");
    out.append(line).append("\n");
    if (line.empty()) write_yaml(value, depth + 1, out);
  }
}

void write_yaml_list(const Tree::List& list, size_t depth, std::string& out) {
  for (const Tree& item : list) {
    const std::string line = yaml_line(item);
    const size_t start = out.size();
    if (line.empty())
      write_yaml(item, depth + 1, out);
    else
      out.append(depth * 2 + 2, ' ').append(line).append("\n");
    out[start + depth * 2] = '-';  // in place of the first line's indent
  }
}

void write_yaml(const Tree& tree, size_t depth, std::string& out) {
  if (const auto* map = tree.as_map()) return write_yaml_map(*map, depth, out);
  if (const auto* list = tree.as_list()) return write_yaml_list(*list, depth, out);
  out.append(yaml_scalar(tree)).append("\n");
}

}  // namespace

std::string Tree::json(bool wide) const {
  std::string out;
  JsonWriter writer(out, wide);
  if (as_list() != nullptr || as_map() != nullptr) {
    writer.write(*this);
  } else {
    std::visit(
        [&](const auto& v) {
          if constexpr (std::is_invocable_v<JsonWriter&, decltype(v)>) writer(v);
        },
        value_);
  }
  return out;
}

std::string Tree::yaml() const {
  std::string out;
  write_yaml(*this, 0, out);
  return out;
}

}  // namespace streamworker::config
