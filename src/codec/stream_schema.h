// The columns that a stream's records have: its fields, or one column `value` of type json.
#pragma once

#include "config/spec.h"
#include "record/schema.h"

namespace streamworker {

Schema stream_schema(const config::Stream& stream);

}  // namespace streamworker
