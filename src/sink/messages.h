// What the databases call things in messages to people.
#pragma once

#include <string>

#include "sink/database.h"

namespace streamworker::sink {

// "position of store/Classifieds in data[3]"
std::string name_of(const PartId& part);

// "id 'a-17' (offset 4711)": the key of a row, or without one its offset. Long values are cut.
std::string name_of_row(const Table& table, const Batch& rows, size_t row);

// The position's row was made for another incarnation of the log than `part`'s.
Error other_incarnation(const PartId& part, const std::string& found);

}  // namespace streamworker::sink
