#include "sink/script.h"

#include <algorithm>

#include "sink/parameters.h"
#include "sql/sqlite.h"

namespace streamworker::sink {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

bool is_word(std::string_view text, std::string_view upper) {
  return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

class Splitter {
 public:
  Splitter(Dialect dialect, std::string_view text) : dialect_(dialect), text_(text) {}

  Script run() {
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
      if (dialect_ == Dialect::Mysql && take_delimiter()) continue;
      const size_t end = dialect_ == Dialect::Mysql ? mysql_end() : sqlite_end();
      take(end);
    }
    return std::move(script_);
  }

 private:
  // Blanks, comments, and ends of statements that are not there.
  void skip_blanks() {
    while (at_ < text_.size()) {
      const size_t comment = comment_end();
      if (comment > at_) {
        at_ = comment;
      } else if (is_blank(text_[at_])) {
        ++at_;
      } else if (text_.substr(at_).starts_with(delimiter_)) {
        at_ += delimiter_.size();
      } else {
        return;
      }
    }
  }

  // `at_` itself: no comment begins there.
  size_t comment_end() const {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("/*!") && dialect_ == Dialect::Mysql) return at_;
    if (rest.starts_with("--") && dialect_ == Dialect::Sqlite)
      return std::min(text_.find('\n', at_), text_.size());
    const bool begins = rest.starts_with("/*") || rest.starts_with("--") ||
                        (rest.starts_with("#") && dialect_ == Dialect::Mysql);
    return begins ? skip_opaque(text_, at_) : at_;
  }

  // The line `DELIMITER $$`.
  bool take_delimiter() {
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view line = text_.substr(at_, end - at_);
    const size_t word = std::min(line.find_first_of(" \t\r"), line.size());
    if (!is_word(line.substr(0, word), "DELIMITER")) return false;
    line.remove_prefix(word);
    const size_t from = std::min(line.find_first_not_of(" \t\r"), line.size());
    line.remove_prefix(from);
    const std::string_view given = line.substr(0, line.find_first_of(" \t\r"));
    if (given.empty())
      script_.faults.push_back({line_at(at_), "DELIMITER needs what ends statements from here on"});
    else
      delimiter_ = given;
    at_ = end;
    return true;
  }

  size_t mysql_end() const {
    for (size_t i = at_; i < text_.size();) {
      if (text_.substr(i).starts_with(delimiter_)) return i;
      i = std::max(skip_opaque(text_, i), i + 1);
    }
    return text_.size();
  }

  size_t sqlite_end() const {
    for (size_t i = text_.find(';', at_); i != std::string_view::npos; i = text_.find(';', i + 1))
      if (sql::is_complete(std::string(text_.substr(at_, i + 1 - at_)))) return i;
    return text_.size();
  }

  void take(size_t end) {
    std::string_view text = text_.substr(at_, end - at_);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    script_.statements.push_back({std::string(text), line_at(at_)});
    at_ = std::min(end + delimiter_.size(), text_.size());
  }

  int line_at(size_t at) {
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<ptrdiff_t>(counted_),
                                         text_.begin() + static_cast<ptrdiff_t>(at), '\n'));
    counted_ = at;
    return line_;
  }

  const Dialect dialect_;
  const std::string_view text_;
  std::string_view delimiter_ = ";";
  size_t at_ = 0;
  size_t counted_ = 0;  // newlines before it are in `line_`
  int line_ = 1;
  Script script_;
};

}  // namespace

Script take_apart(Dialect dialect, std::string_view text) { return Splitter(dialect, text).run(); }

}  // namespace streamworker::sink
