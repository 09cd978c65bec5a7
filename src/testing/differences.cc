#include "testing/differences.h"

#include <algorithm>

#include "base/format.h"

namespace streamworker::testing {

namespace {

using Lines = std::vector<std::string>;

// A line of both sides; null: the side has none here.
struct Pair {
  const std::string* expected = nullptr;
  const std::string* came = nullptr;
};

// How many lines the two have in common, in order, from each place on.
std::vector<std::vector<size_t>> common(const Lines& a, const Lines& b) {
  std::vector<std::vector<size_t>> length(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = a.size(); i-- > 0;)
    for (size_t k = b.size(); k-- > 0;)
      length[i][k] =
          a[i] == b[k] ? length[i + 1][k + 1] + 1 : std::max(length[i + 1][k], length[i][k + 1]);
  return length;
}

// Equal lines stand beside each other; between them what differs, as far as it goes.
std::vector<Pair> pairs_of(const Lines& a, const Lines& b) {
  const auto length = common(a, b);
  std::vector<Pair> out;
  size_t i = 0;
  size_t k = 0;
  while (i < a.size() || k < b.size()) {
    const bool both = i < a.size() && k < b.size();
    if (both && (a[i] == b[k] || length[i + 1][k + 1] == length[i][k]))
      out.push_back({&a[i++], &b[k++]});
    else if (k == b.size() || (both && length[i + 1][k] >= length[i][k + 1]))
      out.push_back({&a[i++], nullptr});
    else
      out.push_back({nullptr, &b[k++]});
  }
  return out;
}

size_t columns_of(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

size_t widest(const Lines& lines, size_t least) {
  for (const std::string& line : lines) least = std::max(least, columns_of(line));
  return least;
}

std::string sign_of(const Pair& pair) {
  if (pair.expected == nullptr) return ">";
  if (pair.came == nullptr) return "<";
  return *pair.expected == *pair.came ? " " : "≠";
}

std::string beside(const std::vector<Pair>& pairs, size_t left) {
  const auto padded = [&](const std::string& text) {
    return text + std::string(left - columns_of(text), ' ');
  };
  std::string out = "    " + padded("expected") + "   came\n";
  for (const Pair& pair : pairs) {
    const std::string came = pair.came == nullptr ? "" : " " + *pair.came;
    out += fmt::format("    {} {}{}\n", padded(pair.expected == nullptr ? "" : *pair.expected),
                       sign_of(pair), came);
  }
  return out;
}

std::string below(const std::vector<Pair>& pairs) {
  std::string out;
  for (const Pair& pair : pairs) {
    if (sign_of(pair) == " ") {
      out += "      " + *pair.came + "\n";
      continue;
    }
    if (pair.expected != nullptr) out += "    - " + *pair.expected + "\n";
    if (pair.came != nullptr) out += "    + " + *pair.came + "\n";
  }
  return out;
}

}  // namespace

std::string differences(const Check& check, size_t width) {
  const auto pairs = pairs_of(check.expected, check.came);
  const size_t left = widest(check.expected, std::string("expected").size());
  const size_t right = widest(check.came, std::string("came").size());
  const bool fits = 4 + left + 3 + right <= width;
  return "  " + check.what + "\n" + (fits ? beside(pairs, left) : below(pairs));
}

}  // namespace streamworker::testing
