#include "unit/log/implementations.h"

#include "log/embedded/embedded.h"

namespace streamworker {

std::vector<Implementation> implementations() { return {{"embedded", open_embedded}}; }

}  // namespace streamworker
