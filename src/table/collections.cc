#include "table/collections.h"

#include <algorithm>

#include "record/row_format.h"
#include "table/value_order.h"

namespace streamworker {
namespace {

constexpr uint64_t kMostTimes = uint64_t{1} << 62;

Refusal fits(size_t values, size_t text) {
  return values > kMostValues || text > kMostText ? Refusal::Full : Refusal::None;
}

bool take_valid(std::string_view& bytes, Value& value,
                const std::function<bool(const Value&)>& valid) {
  return take_value(bytes, value) && !value.is_null() && valid(value);
}

void append_all(const std::vector<OwnedValue>& values, std::string& out) {
  append_varint(values.size(), out);
  for (const OwnedValue& value : values) append_value(value.get(), out);
}

}  // namespace

std::vector<OwnedValue>::const_iterator ValueList::find(const Value& value) const {
  return std::find_if(values_.begin(), values_.end(),
                      [&](const OwnedValue& other) { return compare(other.get(), value) == 0; });
}

Refusal ValueList::may_add(const Value& value) const {
  return fits(values_.size() + 1, text_ + OwnedValue::text_size(value));
}

void ValueList::add(const Value& value) {
  values_.emplace_back(value);
  text_ += OwnedValue::text_size(value);
}

Refusal ValueList::may_take_back(const Value& value) const {
  return find(value) == values_.end() ? Refusal::NeverAdded : Refusal::None;
}

void ValueList::take_back(const Value& value) {
  text_ -= OwnedValue::text_size(value);
  values_.erase(find(value));
}

Refusal ValueList::may_merge(const ValueList& from) const {
  return fits(values_.size() + from.values_.size(), text_ + from.text_);
}

void ValueList::merge(const ValueList& from) {
  from.each([&](const Value& value) { add(value); });
}

void ValueList::append(std::string& out) const { append_all(values_, out); }

bool ValueList::read(std::string_view& bytes, const std::function<bool(const Value&)>& valid) {
  uint64_t size = 0;
  if (!take_varint(bytes, size) || size > kMostValues) return false;
  for (uint64_t i = 0; i < size; ++i) {
    Value value;
    if (!take_valid(bytes, value, valid) || may_add(value) != Refusal::None) return false;
    add(value);
  }
  return true;
}

size_t ValueSet::lower_bound(const Value& value) const {
  const auto at = std::lower_bound(values_.begin(), values_.end(), value,
                                   [](const Counted& counted, const Value& wanted) {
                                     return compare(counted.value.get(), wanted) < 0;
                                   });
  return static_cast<size_t>(at - values_.begin());
}

bool ValueSet::holds(size_t at, const Value& value) const {
  return at < values_.size() && compare(values_[at].value.get(), value) == 0;
}

Refusal ValueSet::may_add(const Value& value) const {
  if (holds(lower_bound(value), value)) return Refusal::None;
  return fits(values_.size() + 1, text_ + OwnedValue::text_size(value));
}

void ValueSet::add(const Value& value, uint64_t times) {
  const size_t at = lower_bound(value);
  if (holds(at, value)) {
    values_[at].times += times;
    return;
  }
  values_.insert(values_.begin() + static_cast<ptrdiff_t>(at), {OwnedValue(value), times});
  text_ += OwnedValue::text_size(value);
}

Refusal ValueSet::may_take_back(const Value& value) const {
  return holds(lower_bound(value), value) ? Refusal::None : Refusal::NeverAdded;
}

void ValueSet::take_back(const Value& value) {
  const size_t at = lower_bound(value);
  if (--values_[at].times > 0) return;
  text_ -= values_[at].value.heap_bytes();
  values_.erase(values_.begin() + static_cast<ptrdiff_t>(at));
}

Refusal ValueSet::may_merge(const ValueSet& from) const {
  size_t values = values_.size();
  size_t text = text_;
  from.each([&](const Value& value) {
    if (holds(lower_bound(value), value)) return;
    ++values;
    text += OwnedValue::text_size(value);
  });
  return fits(values, text);
}

void ValueSet::merge(const ValueSet& from) {
  for (const Counted& counted : from.values_) add(counted.value.get(), counted.times);
}

void ValueSet::append(std::string& out) const {
  append_varint(values_.size(), out);
  for (const Counted& counted : values_) {
    append_varint(counted.times, out);
    append_value(counted.value.get(), out);
  }
}

bool ValueSet::read(std::string_view& bytes, const std::function<bool(const Value&)>& valid) {
  uint64_t size = 0;
  if (!take_varint(bytes, size) || size > kMostValues) return false;
  for (uint64_t i = 0; i < size; ++i) {
    uint64_t times = 0;
    Value value;
    if (!take_varint(bytes, times) || times == 0 || times > kMostTimes) return false;
    if (!take_valid(bytes, value, valid) || may_add(value) != Refusal::None) return false;
    if (lower_bound(value) != values_.size()) return false;  // not ascending
    add(value, times);
  }
  return true;
}

size_t TopValues::place_of(const Value& value) const {
  const auto at = std::upper_bound(values_.begin(), values_.end(), value,
                                   [](const Value& wanted, const OwnedValue& other) {
                                     return compare(wanted, other.get()) > 0;
                                   });
  const auto place = static_cast<size_t>(at - values_.begin());
  if (distinct_ && place > 0 && compare(values_[place - 1].get(), value) == 0) return k_;
  return place;
}

Refusal TopValues::may_add(const Value& value) const {
  if (place_of(value) >= k_) return Refusal::None;
  const size_t leaves = values_.size() == k_ ? values_.back().heap_bytes() : 0;
  return fits(0, text_ - leaves + OwnedValue::text_size(value));
}

void TopValues::add(const Value& value) {
  const size_t place = place_of(value);
  if (place >= k_) return;
  if (values_.size() == k_) {
    text_ -= values_.back().heap_bytes();
    values_.pop_back();
  }
  values_.insert(values_.begin() + static_cast<ptrdiff_t>(place), OwnedValue(value));
  text_ += OwnedValue::text_size(value);
}

// Without text there is nothing to exceed; with it both are copied, which only panes and sessions
// pay for.
Refusal TopValues::may_merge(const TopValues& from) const {
  if (text_ + from.text_ <= kMostText) return Refusal::None;
  TopValues both(k_, distinct_);
  both.merge(*this);
  both.merge(from);
  return fits(0, both.text_);
}

void TopValues::merge(const TopValues& from) {
  from.each([&](const Value& value) { add(value); });
}

void TopValues::append(std::string& out) const { append_all(values_, out); }

bool TopValues::read(std::string_view& bytes, const std::function<bool(const Value&)>& valid) {
  uint64_t size = 0;
  if (!take_varint(bytes, size) || size > k_) return false;
  for (uint64_t i = 0; i < size; ++i) {
    Value value;
    if (!take_valid(bytes, value, valid) || may_add(value) != Refusal::None) return false;
    if (place_of(value) != values_.size()) return false;  // not descending
    add(value);
  }
  return true;
}

}  // namespace streamworker
