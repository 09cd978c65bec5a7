// The project's one door to the fmt library: fmt::format and fmt::format_to.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
