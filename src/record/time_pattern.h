// A pattern as of strptime and strftime (see timestamp.h for what it may hold), compiled.
//
// English names, no locale. Reading is exact: text that the pattern does not name must stand there
// as it is; numbers may lack their leading zeros. Immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/civil.h"

namespace streamworker {

class TimePattern {
 public:
  // Throws std::invalid_argument: an unknown directive, or no year, month and day.
  explicit TimePattern(std::string_view pattern);

  // All of the text. None: it does not match.
  std::optional<Civil> parse(std::string_view text) const;
  // `civil.offset` is what %z writes; none: +0000.
  void append(const Civil& civil, std::string& out) const;

 private:
  struct Item {
    char directive = 0;  // 0: the literal text
    std::string literal;
  };
  // What has been read so far, beside the parts of a Civil.
  struct Reading;

  void compile(std::string_view pattern);
  bool has(std::string_view directives) const;
  static bool read(const Item& item, std::string_view& text, Reading& reading);
  static void write(char directive, const Civil& civil, std::string& out);

  std::vector<Item> items_;
};

}  // namespace streamworker
