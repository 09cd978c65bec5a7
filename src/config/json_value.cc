#include "config/json_value.h"

#include <algorithm>

#include "record/utf8.h"

namespace streamworker::config {

namespace {

constexpr std::string_view kHex = "0123456789abcdefABCDEF";

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  bool read_all() {
    const bool good = value(0);
    blanks();
    return good && rest_.empty();
  }

 private:
  bool value(int depth) {
    blanks();
    if (rest_.empty() || depth > 64) return false;
    switch (rest_.front()) {
      case '"':
        return string();
      case '[':
        return items(']', depth);
      case '{':
        return items('}', depth);
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  // A list, or an object, whose items have a name before them.
  bool items(char close, int depth) {
    rest_.remove_prefix(1);
    if (take(close)) return true;
    do {
      blanks();
      if (close == '}' && !(string() && take(':'))) return false;
      if (!value(depth + 1)) return false;
    } while (take(','));
    return take(close);
  }

  bool string() {
    if (rest_.empty() || rest_.front() != '"') return false;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (static_cast<unsigned char>(rest_[i]) < 0x20) return false;
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return true;
      }
      if (rest_[i] == '\\' && !escape(i)) return false;
    }
    return false;
  }

  // What follows the backslash at `i`, which moves to its end.
  bool escape(size_t& i) {
    if (++i >= rest_.size()) return false;
    if (rest_[i] != 'u')
      return std::string_view("\"\\/bfnrt").find(rest_[i]) != std::string_view::npos;
    for (int digits = 0; digits < 4; ++digits)
      if (++i >= rest_.size() || kHex.find(rest_[i]) == std::string_view::npos) return false;
    return true;
  }

  bool number() {
    if (rest_.front() == '-') rest_.remove_prefix(1);
    if (!rest_.empty() && rest_.front() == '0')
      rest_.remove_prefix(1);
    else if (!digits())
      return false;
    if (!rest_.empty() && rest_.front() == '.') {
      rest_.remove_prefix(1);
      if (!digits()) return false;
    }
    if (rest_.empty() || (rest_.front() != 'e' && rest_.front() != 'E')) return true;
    rest_.remove_prefix(1);
    if (!rest_.empty() && (rest_.front() == '+' || rest_.front() == '-')) rest_.remove_prefix(1);
    return digits();
  }

  bool digits() {
    const size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }
  bool word(std::string_view word) {
    const bool there = rest_.substr(0, word.size()) == word;
    if (there) rest_.remove_prefix(word.size());
    return there;
  }
  bool take(char c) {
    blanks();
    const bool there = !rest_.empty() && rest_.front() == c;
    if (there) rest_.remove_prefix(1);
    return there;
  }
  void blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  std::string_view rest_;
};

}  // namespace

bool is_json(std::string_view text) { return is_utf8(text) && JsonReader(text).read_all(); }

}  // namespace streamworker::config
