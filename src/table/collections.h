// The states that hold many values: a list, a set, the k largest.
//
// Each operation has two halves, so that a row of aggregates takes a record as a whole or not at
// all: `may_…` judges and changes nothing, the other cannot fail (REQUIRES: `may_…` was None). A
// list or set holds at most kMostValues values and all hold at most kMostText bytes of text; beyond
// that the record is refused, never dropped in silence. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "table/owned_value.h"
#include "table/refusal.h"

namespace streamworker {

constexpr size_t kMostValues = 10'000;
constexpr size_t kMostText = 256UL * 1024;

// A value and how often it was added.
struct Counted {
  OwnedValue value;
  uint64_t times = 1;
};

// collect_list: in order of arrival.
class ValueList {
 public:
  Refusal may_add(const Value& value) const;
  void add(const Value& value);
  // The first equal value is taken out.
  Refusal may_take_back(const Value& value) const;
  void take_back(const Value& value);
  // What is merged counts as later.
  Refusal may_merge(const ValueList& from) const;
  void merge(const ValueList& from);

  bool empty() const { return values_.empty(); }
  void append(std::string& out) const;
  // Takes one off the front, whose values must pass `valid`. False: there is none.
  [[nodiscard]] bool read(std::string_view& bytes, const std::function<bool(const Value&)>& valid);
  template <class F>
  void each(F&& f) const {
    for (const OwnedValue& value : values_) f(value.get());
  }
  size_t heap_bytes() const { return values_.capacity() * sizeof(OwnedValue) + text_; }

 private:
  std::vector<OwnedValue>::const_iterator find(const Value& value) const;

  std::vector<OwnedValue> values_;
  size_t text_ = 0;
};

// collect_set: ascending, each with how often it was added, so that it can be taken back.
class ValueSet {
 public:
  Refusal may_add(const Value& value) const;
  void add(const Value& value, uint64_t times = 1);
  Refusal may_take_back(const Value& value) const;
  void take_back(const Value& value);
  Refusal may_merge(const ValueSet& from) const;
  void merge(const ValueSet& from);

  bool empty() const { return values_.empty(); }
  void append(std::string& out) const;
  [[nodiscard]] bool read(std::string_view& bytes, const std::function<bool(const Value&)>& valid);
  template <class F>
  void each(F&& f) const {
    for (const Counted& counted : values_) f(counted.value.get());
  }
  size_t heap_bytes() const { return values_.capacity() * sizeof(Counted) + text_; }

 private:
  size_t lower_bound(const Value& value) const;
  bool holds(size_t at, const Value& value) const;

  std::vector<Counted> values_;
  size_t text_ = 0;
};

// topk, topk_distinct: descending, at most k. Of equal values the first to come stays in front.
class TopValues {
 public:
  TopValues(size_t k, bool distinct) : k_(k), distinct_(distinct) {}

  Refusal may_add(const Value& value) const;
  void add(const Value& value);
  Refusal may_merge(const TopValues& from) const;
  void merge(const TopValues& from);

  bool empty() const { return values_.empty(); }
  void append(std::string& out) const;
  [[nodiscard]] bool read(std::string_view& bytes, const std::function<bool(const Value&)>& valid);
  template <class F>
  void each(F&& f) const {
    for (const OwnedValue& value : values_) f(value.get());
  }
  size_t heap_bytes() const { return values_.capacity() * sizeof(OwnedValue) + text_; }

 private:
  // Where it would stand; k_: nowhere.
  size_t place_of(const Value& value) const;

  size_t k_;
  bool distinct_;
  std::vector<OwnedValue> values_;
  size_t text_ = 0;
};

}  // namespace streamworker
