// `streamworker schema`: the JSON Schema of the pipeline file, for editors that check while typing.
#pragma once

#include <string>

namespace streamworker::config {

// Draft 2020-12, indented, with a newline at its end.
std::string json_schema();

}  // namespace streamworker::config
