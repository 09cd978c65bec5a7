// What was expected beside what came, for people.
#pragma once

#include <string>

#include "testing/run_test.h"

namespace streamworker::testing {

// Side by side where `width` columns are enough, else one below the other:
//
//   topics.out
//     expected                  came
//     {key: a, value: {n: 1}}   {key: a, value: {n: 1}}
//     {key: b, value: {n: 2}} ≠ {key: b, value: {n: 3}}
//                             > {key: c, value: {n: 1}}
std::string differences(const Check& check, size_t width);

}  // namespace streamworker::testing
