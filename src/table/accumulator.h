// What Aggregates (aggregates.h) does to one call's slots of one row.
//
// Each change has two halves, so that a row takes a record as a whole or not at all: `may_…` judges
// and changes no slot; the other cannot fail. REQUIRES: `may_…` just said None for the same ones.
// A switch over AggregateState each; no virtual call, and no allocation but in states of many
// values and for longer texts.
#pragma once

#include <string>
#include <string_view>

#include "record/arena.h"
#include "record/field_text.h"
#include "table/aggregate_call.h"
#include "table/slot.h"
#include "table/sums.h"

namespace streamworker {

// A record's arguments of one call, in the kinds that it computes with.
struct Prepared {
  bool present = false;  // false: a null, or filtered out
  Value x;
  Value y;
  // Of the states up to Moments: the state that has taken this record alone.
  Slot unit[2];
  Slot made[2];  // of them: what `may_…` computed, to be kept
};

// Kind, NotFinite or Precision when an argument is none for this call.
Refusal prepare(const Aggregate& call, const Value* args, Prepared& out);
// One value of this type, as it is kept.
Refusal prepare_value(const Aggregate& call, FieldType type, const Value& value, Value& out);

Refusal may_add(const Aggregate& call, const Slot* slots, Prepared& record);
void add(const Aggregate& call, Slot* slots, const Prepared& record);
// REQUIRES: call.takes_back()
Refusal may_take_back(const Aggregate& call, const Slot* slots, Prepared& record);
void take_back(const Aggregate& call, Slot* slots, const Prepared& record);
Refusal may_merge(const Aggregate& call, const Slot* into, const Slot* from);
void merge(const Aggregate& call, Slot* into, const Slot* from);

// A value in its slot, with its text. Null: there is none.
void keep_value(Slot& slot, const Value& value);

// Views are into the slots, or into the arena.
Value result(const Aggregate& call, const Slot* slots, const FieldText& json, Arena& arena);

void append_state(const Aggregate& call, const Slot* slots, std::string& out);
// Takes a state off the front into fresh slots. False: there is none of this call.
[[nodiscard]] bool read_state(const Aggregate& call, std::string_view& bytes, Slot* slots);

}  // namespace streamworker
