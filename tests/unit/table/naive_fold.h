// What an aggregate call says of records, by looking at all of them again.
#pragma once

#include <string>
#include <vector>

#include "unit/table/table_fixture.h"

namespace streamworker {

struct Record {
  Value x;
  Value y;
};
using Records = std::vector<Record>;

// The call's result is the fold's: as text, or within the error of doubles. `records`: without
// those that the call passes over.
void check_result(const std::string& function, FieldType type, const Records& records,
                  OneCall& call);

}  // namespace streamworker
