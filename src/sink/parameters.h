// `:name` in a statement for MySQL, replaced by a literal of the value. Not inside of 'text',
// "text", `names` and comments (`-- `, `#`, `/* */`), nor in `::name`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sink/identifier.h"
#include "sink/literal.h"
#include "sink/session.h"

namespace streamworker::sink {

// Stop: a parameter that is not given (the message names those that are), a double that is not
// finite.
Result<std::string> with_parameters(std::string_view statement, const SqlParameters& parameters,
                                    const Escaper& escaper);

// The names that a statement asks for, in their order, each once. SQLite, which binds by itself,
// has other quotes and comments.
std::vector<std::string> parameter_names(Dialect dialect, std::string_view statement);

// Where the quoted text, name or comment that begins at `at` ends in the grammar of `dialect`; `at`
// itself: none begins there. One that is never closed ends with the text.
size_t skip_opaque(std::string_view text, size_t at, Dialect dialect = Dialect::Mysql);

// "the parameter :to has no value; given: from"
Error no_such_parameter(std::string_view name, const SqlParameters& parameters);

}  // namespace streamworker::sink
