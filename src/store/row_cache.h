// The rows of one partition in memory: read through from the disk, changed here, and kept after the
// commit until memory is needed, those first that were not used lately.
//
// A row that is known not to exist is kept as well, so that the disk is asked once. Rows that are
// changed and not committed stay whatever the budget says. `Row` is default-constructible and
// movable; a `Form` knows its bytes:
//
//   Result<Row> read(std::string_view bytes)      Row make()
//   size_t bytes(const Row&)                      beside the row itself
//
// Keys are looked up in an open table of pointers with their hashes; nothing is allocated for a key
// that is there. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/partition.h"
#include "store/row_budget.h"

namespace streamworker::store {

template <class Row, class Form>
class RowCache {
 public:
  struct Entry {
    std::string key;
    uint64_t hash = 0;
    Row row{};
    bool exists = false;   // else the row is as a new one
    bool changed = false;  // since the last commit
    bool used = true;      // since the hand came by
    size_t index = 0;      // in entries_
    size_t bytes = 0;      // as the budget has it
  };

  RowCache(const Form& form, RowBudget& budget) : form_(form), budget_(budget) {}
  ~RowCache() { budget_.remove(bytes_); }
  RowCache(const RowCache&) = delete;
  RowCache& operator=(const RowCache&) = delete;

  // Where it reads through to; null: nowhere.
  void read_from(const Partition* partition) { partition_ = partition; }

  // The row of a key, valid until the next `trim` or `clear`. With `fresh` the disk cannot have it.
  Result<Entry*> find(std::string_view key, bool fresh = false) {
    const uint64_t hash = hash_of(key);
    if (Entry* found = lookup(key, hash)) {
      found->used = true;
      return found;
    }
    return load(key, hash, fresh);
  }
  // Of those in memory; null: it is not there.
  Entry* peek(std::string_view key) { return lookup(key, hash_of(key)); }

  void change(Entry& entry) {
    if (entry.changed) return;
    entry.changed = true;
    changed_.push_back(&entry);
  }
  const std::vector<Entry*>& changed() const { return changed_; }
  // The changed rows by their keys: RocksDB takes keys in order in a fraction of the time.
  void sort_changed() {
    std::vector<Sorted> all;
    all.reserve(changed_.size());
    for (Entry* entry : changed_)
      all.push_back({head_of(entry->key, 0), head_of(entry->key, 8), entry});
    std::sort(all.begin(), all.end());
    for (size_t i = 0; i < all.size(); ++i) changed_[i] = all[i].entry;
  }
  // f(Entry&) for all rows in memory.
  template <class F>
  void each(F f) {
    for (const auto& entry : entries_) f(*entry);
  }
  // The changes are on the disk.
  void committed() {
    for (Entry* entry : changed_) {
      entry->changed = false;
      measure(*entry);
    }
    changed_.clear();
  }
  // Lets rows go until the budget is kept, or all that are left are changed.
  void trim() {
    const size_t most =
        2 * entries_.size();  // looks: one to forget the use of each, one to drop it
    for (size_t looked = 0; budget_.over() && looked < most && !entries_.empty(); ++looked) {
      if (hand_ >= entries_.size()) hand_ = 0;
      Entry& entry = *entries_[hand_];
      if (entry.changed || std::exchange(entry.used, false))
        ++hand_;
      else
        drop(entry);
    }
  }
  void clear() {
    entries_.clear();
    changed_.clear();
    slots_.clear();
    budget_.remove(std::exchange(bytes_, 0));
  }
  size_t size() const { return entries_.size(); }
  // Some row was let go since the beginning.
  bool has_dropped() const { return has_dropped_; }

 private:
  static constexpr size_t kAround = 64;  // of an entry: its key, its slots, what malloc takes
  static constexpr size_t kFirst = 64;

  static uint64_t hash_of(std::string_view key) { return std::hash<std::string_view>{}(key); }
  Entry* lookup(std::string_view key, uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    const size_t mask = slots_.size() - 1;
    for (size_t at = hash & mask; slots_[at].entry != nullptr; at = (at + 1) & mask)
      if (slots_[at].hash == hash && slots_[at].entry->key == key) return slots_[at].entry;
    return nullptr;
  }
  Result<Entry*> load(std::string_view key, uint64_t hash, bool fresh) {
    auto made = std::make_unique<Entry>();
    if (!fresh && partition_ != nullptr) {
      auto bytes = partition_->get(key);
      if (!bytes) return bytes.error();
      if (*bytes) {
        auto row = form_.read(**bytes);
        if (!row) return row.error();
        made->row = std::move(*row);
        made->exists = true;
      }
    }
    if (!made->exists) made->row = form_.make();
    made->key = key;
    made->hash = hash;
    made->index = entries_.size();
    Entry* entry = made.get();
    entries_.push_back(std::move(made));
    measure(*entry);
    insert(*entry);
    return entry;
  }
  void insert(Entry& entry) {
    if (slots_.size() < entries_.size() * 2) {
      slots_.assign(std::max(kFirst, slots_.size() * 2), {});
      for (const auto& each : entries_) place(*each);
    } else {
      place(entry);
    }
  }
  void place(Entry& entry) {
    const size_t mask = slots_.size() - 1;
    size_t at = entry.hash & mask;
    while (slots_[at].entry != nullptr) at = (at + 1) & mask;
    slots_[at] = {entry.hash, &entry};
  }
  void measure(Entry& entry) {
    const size_t now = sizeof(Entry) + kAround + entry.key.capacity() + form_.bytes(entry.row);
    bytes_ += now - entry.bytes;
    budget_.add(now);
    budget_.remove(entry.bytes);
    entry.bytes = now;
  }
  // Those behind it in its run of slots move up, so that no search ends too early.
  void drop(Entry& entry) {
    has_dropped_ = true;
    const size_t mask = slots_.size() - 1;
    size_t hole = entry.hash & mask;
    while (slots_[hole].entry != &entry) hole = (hole + 1) & mask;
    for (size_t at = (hole + 1) & mask; slots_[at].entry != nullptr; at = (at + 1) & mask) {
      const size_t home = slots_[at].hash & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
    bytes_ -= entry.bytes;
    budget_.remove(entry.bytes);
    const size_t index = entry.index;
    std::swap(entries_[index], entries_.back());
    entries_[index]->index = index;
    entries_.pop_back();
  }

  // The first bytes of a key decide nearly always, without a look at it.
  struct Sorted {
    uint64_t first, second;
    Entry* entry;
    bool operator<(const Sorted& other) const {
      if (first != other.first) return first < other.first;
      if (second != other.second) return second < other.second;
      return entry->key < other.entry->key;
    }
  };
  static uint64_t head_of(std::string_view key, size_t from) {
    unsigned char bytes[8] = {};
    if (from < key.size()) key.copy(reinterpret_cast<char*>(bytes), sizeof bytes, from);
    uint64_t head = 0;
    for (const unsigned char byte : bytes) head = head << 8 | byte;
    return head;
  }

  struct Slot {
    uint64_t hash = 0;
    Entry* entry = nullptr;
  };
  const Form& form_;
  RowBudget& budget_;
  const Partition* partition_ = nullptr;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<Slot> slots_;
  std::vector<Entry*> changed_;
  size_t bytes_ = 0;
  size_t hand_ = 0;
  bool has_dropped_ = false;
};

}  // namespace streamworker::store
