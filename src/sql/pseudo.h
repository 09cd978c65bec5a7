// The pseudo columns of a record (DESIGN 1.1) as values.
//
// _key is a string: a key that is not UTF-8 is an error of that record. _headers is a JSON object,
// {} without headers; of several headers of one name the last one is there; a value that is not
// UTF-8 stands there as base64, a header whose name is not UTF-8 is left out.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "record/batch.h"
#include "sql/names.h"

namespace streamworker::sql {

// `scratch` takes text that has to be made; the value is a view of it, of `topic` or of the key.
Result<Value> pseudo_value(Pseudo pseudo, const Meta& meta, std::string_view topic,
                           std::string& scratch);

}  // namespace streamworker::sql
