#include "config/format.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "config/mapping.h"

namespace streamworker::config {

namespace {

constexpr std::array<std::pair<std::string_view, Form>, 3> kForms = {
    {{"json", Form::Json}, {"csv", Form::Csv}, {"raw", Form::Raw}}};
constexpr std::array<std::pair<std::string_view, Packing>, 6> kPackings = {
    {{"base64", Packing::Base64},
     {"gzip", Packing::Gzip},
     {"zlib", Packing::Zlib},
     {"snappy", Packing::Snappy},
     {"lz4", Packing::Lz4},
     {"zstd", Packing::Zstd}}};

template <class T, size_t N>
std::optional<T> find(const std::array<std::pair<std::string_view, T>, N>& words,
                      const std::string& name) {
  for (const auto& [word, value] : words)
    if (word == name) return value;
  return {};
}

template <class Table, class T>
std::string name_of(const Table& words, T wanted) {
  for (const auto& [word, value] : words)
    if (value == wanted) return std::string(word);
  return "";
}

template <class Table>
std::vector<std::string> names_of(const Table& words) {
  std::vector<std::string> out;
  out.reserve(words.size());
  for (const auto& pair : words) out.emplace_back(pair.first);
  return out;
}

template <class Table>
std::string pattern_of(const Table& words) {
  return fmt::format("({})", fmt::join(names_of(words), "|"));
}

// The parts between the |, without blanks around them.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('|', from), text.size());
    std::string part = text.substr(from, end - from);
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    parts.push_back(std::move(part));
    from = end + 1;
  }
  return parts;
}

// Why a chain cannot begin so.
std::string not_a_form(const std::string& word) {
  const std::string begins = "a format begins with " + any_of(names_of(kForms));
  if (word == "binary") return begins + "; Faust's binary|json is \"json|base64\"";
  if (find(kPackings, word))
    return fmt::format("{}; {} comes behind it: \"json|{}\"", begins, quote(word), word);
  std::vector<std::string> all = names_of(kForms);
  for (const std::string& packing : names_of(kPackings)) all.push_back(packing);
  return begins + ", not with " + quote(word) + did_you_mean(word, all);
}

// Why the word cannot stand behind the first.
std::string not_a_packing(const std::string& word) {
  if (find(kForms, word))
    return quote(word) + " can only begin a format; behind it come " + any_of(names_of(kPackings));
  if (word == "binary") return "Faust's \"binary\" is \"base64\" here";
  return "unknown packing " + quote(word) + suggestion(word, names_of(kPackings));
}

}  // namespace

std::string to_string(Form form) { return name_of(kForms, form); }
std::string to_string(Packing packing) { return name_of(kPackings, packing); }

std::string to_string(const Format& format) {
  std::string out = to_string(format.form);
  for (const Packing packing : format.packings) out += "|" + to_string(packing);
  return out;
}

void Chain::read(const Spot& spot, Format& value) const {
  const auto text = spot.scalar("a format like json, csv or json|gzip");
  if (!text) return;
  const std::vector<std::string> parts = pieces_of(*text);
  if (std::find(parts.begin(), parts.end(), "") != parts.end())
    return spot.problem(parts.size() == 1
                            ? "expected a format like json, csv or json|gzip, got \"\""
                            : "nothing stands beside a | of " + quote(*text));
  Format format;
  const auto form = find(kForms, parts.front());
  if (!form) return spot.problem(not_a_form(parts.front()));
  format.form = *form;
  for (size_t i = 1; i < parts.size(); ++i) {
    const auto packing = find(kPackings, parts[i]);
    if (!packing) return spot.problem(not_a_packing(parts[i]));
    format.packings.push_back(*packing);
  }
  format.at = spot.yaml.at;
  format.path = spot.path;
  value = std::move(format);
}

Tree Chain::schema() const {
  const std::string pattern =
      fmt::format("^{}( *[|] *{})*$", pattern_of(kForms), pattern_of(kPackings));
  return or_variable(Tree::map({{"type", Tree::of("string")}, {"pattern", Tree::of(pattern)}}));
}

}  // namespace streamworker::config
