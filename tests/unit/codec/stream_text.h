// A stream's declaration as one line, for tables of test cases:
//
//   "id string; price decimal(10,3)? =0 min=1; @strict; @key=id; @time=created_at"
//
// A field is its name, its type (`?`: nullable) and then any of `=default enum=a|b min= max= len=
// pattern= format= zone= coerce`; a blank within a word is written `~`. `@strict`, `@coerce`,
// `@key=a,b` and `@time=field` are the stream's.
#pragma once

#include <string>

#include "config/spec.h"

namespace streamworker::test {

config::Stream stream_of(const std::string& text);

}  // namespace streamworker::test
