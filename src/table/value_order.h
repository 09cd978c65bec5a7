// The order of values, and a hash that agrees with it, for aggregates that compare.
//
// Values of one column have one kind; those of an expression without a type come in SQLite's order:
// numbers (int, double and bool by value, 1 and 1.0 are equal), then strings, then bytes. Strings,
// bytes, json and UUIDs compare byte by byte, decimals of one scale as numbers. Doubles are finite
// (aggregates refuse others), so the order is total. Nulls do not come here.
#pragma once

#include <cstdint>

#include "record/value.h"

namespace streamworker {

// Below 0, 0 or above 0: a is less, equal or greater.
int compare(const Value& a, const Value& b);

// 64 bits by MurmurHash64A (Austin Appleby, public domain; what Redis feeds its HyperLogLog with).
// Equal values have equal hashes. Stored in state: never to change without a new state version.
uint64_t hash_of(const Value& value);

}  // namespace streamworker
