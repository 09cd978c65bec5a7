// The project's one door to the fmt library: fmt::format and fmt::format_to.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>
