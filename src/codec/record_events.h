// What the JSON parser finds in a record, turned into slots: the handler of RapidJSON's SAX events.
//
// The parser works in situ on a copy of the message. Strings without escapes become views of the
// message itself (same place in both), those with escapes are copied to the arena, arrays and
// objects of json fields are views of the message: raw text. An event that returns false ends the
// parse; `problem` then says why. Depth is bounded here, before the recursive parser goes deeper.
// One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/field_decoder.h"
#include "codec/field_names.h"
#include "codec/key_check.h"
#include "record/arena.h"

namespace streamworker {

class RecordEvents {
 public:
  // `fields` empty: any JSON text is fine, and none of it is decoded. They must outlive this.
  RecordEvents(const std::vector<FieldDecoder>& fields, bool strict);

  // A message, the copy of it that is parsed, and where that parser's next byte is kept.
  struct Input {
    std::string_view message;
    const char* copy = nullptr;
    const char* const* at = nullptr;
    Arena* arena = nullptr;
  };
  void begin(const Input& input, Value* row);

  bool complete() const { return found_ == fields_.size(); }
  bool has(size_t slot) const { return seen_[slot] == record_; }
  size_t problem_offset() const { return problem_offset_; }
  const std::string& problem() const { return problem_; }
  // Why the number at `offset` cannot be taken, which the parser itself found too large.
  std::string too_large(size_t offset) const;

  // Events. The names are RapidJSON's; numbers come as their text.
  // NOLINTBEGIN(readability-identifier-naming)
  bool Null();
  bool Bool(bool truth);
  bool RawNumber(const char* text, unsigned size, bool copy);
  bool String(const char* text, unsigned size, bool copy);
  bool Key(const char* text, unsigned size, bool copy);
  bool StartObject();
  bool EndObject(unsigned members);
  bool StartArray();
  bool EndArray(unsigned elements);
  // Never called, since numbers come as text.
  static bool Int(int) { return false; }
  static bool Uint(unsigned) { return false; }
  static bool Int64(int64_t) { return false; }
  static bool Uint64(uint64_t) { return false; }
  static bool Double(double) { return false; }
  // NOLINTEND(readability-identifier-naming)

 private:
  static constexpr int kDeepest = 64;

  size_t position() const { return static_cast<size_t>(*input_.at - input_.copy); }
  size_t offset_of(const char* text) const { return static_cast<size_t>(text - input_.copy); }
  bool is_escaped(size_t offset, size_t size) const;
  // The field that a scalar at this depth belongs to; null: none, and `result` is the answer.
  const FieldDecoder* field_at(size_t offset, bool& result);
  bool begin_nested(size_t offset, const char* what);
  bool end_nested();
  bool take_json(size_t from, size_t to);
  bool wrong_type(size_t offset, const char* what = nullptr);
  bool keeps_rules(size_t offset);
  bool fail(size_t offset, std::string problem);

  const std::vector<FieldDecoder>& fields_;
  bool strict_;
  FieldNames names_;
  KeyCheck keys_;
  std::vector<uint32_t> seen_;  // number of the record in which a slot was last filled
  uint32_t record_ = 0;
  Input input_;
  Value* row_ = nullptr;
  size_t found_ = 0;
  int depth_ = 0;
  int32_t slot_ = FieldNames::kUnknown;  // of the last key in the record itself
  size_t json_start_ = 0;
  size_t problem_offset_ = 0;
  std::string problem_;
};

}  // namespace streamworker
