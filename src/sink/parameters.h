// `:name` in a statement for MySQL, replaced by a literal of the value. Not inside of 'text',
// "text", `names` and comments (`-- `, `#`, `/* */`), nor in `::name`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sink/literal.h"
#include "sink/session.h"

namespace streamworker::sink {

// Stop: a parameter that is not given (the message names those that are), a double that is not
// finite.
Result<std::string> with_parameters(std::string_view statement, const SqlParameters& parameters,
                                    const Escaper& escaper);

// Where the quoted text, name or comment that begins at `at` ends in MySQL's grammar; `at` itself:
// none begins there. One that is never closed ends with the text.
size_t skip_opaque(std::string_view text, size_t at);

// "the parameter :to has no value; given: from"
Error no_such_parameter(std::string_view name, const SqlParameters& parameters);

}  // namespace streamworker::sink
