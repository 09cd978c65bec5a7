// Files that hold one secret: `password_file`, `sasl.password_file`.
#pragma once

#include <string>

#include "base/result.h"

namespace streamworker::config {

// The file's text without the newline at its end. The error says what to do: the file cannot be
// read, is empty or over 64 KiB, or people other than its owner may read it. systemd's credentials
// (files in $CREDENTIALS_DIRECTORY) are taken as they are.
Result<std::string> read_secret_file(const std::string& path);

}  // namespace streamworker::config
