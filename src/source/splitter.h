// Cuts a text file into records, whatever piece of it is at hand.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace streamworker {

struct Piece {
  enum class Kind {
    Record,
    Nothing,  // `size` bytes to be skipped
    More,     // the piece at hand is too short to tell
    End,      // the records end here
  };
  Kind kind = Kind::More;
  size_t size = 0;  // bytes that are done with
  std::string_view text = {};
};

class Splitter {
 public:
  struct Ahead {
    std::string_view text;  // of the file, from the position on
    bool last = false;      // nothing follows it (now)
    bool at_start = false;  // it begins with the file's first byte
  };

  virtual ~Splitter() = default;
  // The first record of `ahead`. Stop: this cannot be the form that was said.
  virtual Result<Piece> cut(const Ahead& ahead) = 0;
};

// One record a line; blank lines are skipped.
class LineSplitter final : public Splitter {
 public:
  Result<Piece> cut(const Ahead& ahead) override;
};

// The elements of a JSON array. Brackets and quotes are matched, the elements are not checked.
class ArraySplitter final : public Splitter {
 public:
  Result<Piece> cut(const Ahead& ahead) override;

 private:
  static Result<Piece> cut_element(std::string_view text, size_t from, bool last);
};

}  // namespace streamworker
