// What came out of a test, as values that expectations are compared with and written from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/letter_box.h"
#include "config/yaml.h"
#include "sink/session.h"
#include "testing/sandbox.h"

namespace streamworker::testing {

config::Yaml text(std::string_view value);  // in quotes
config::Yaml number(std::string_view digits);
config::Yaml null();
// A JSON text as the value that it is; what is none as the text itself.
config::Yaml json(const std::string& bytes);

// With the keys of `named`: key, value or raw, timestamp, headers, partition.
config::Yaml record(const Came& came, const std::vector<std::string>& named);
// key, window where there is one, value.
config::Yaml table_row(const CameRow& row);
config::Yaml row(const std::vector<sink::SqlValue>& values);
config::Yaml letter(const config::File& file, const StoredLetter& stored,
                    const std::vector<std::string>& named);

}  // namespace streamworker::testing
