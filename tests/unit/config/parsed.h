// Short ways to a parsed file and to what is said about a broken one.
#pragma once

#include <string>

#include "config/parse.h"

namespace streamworker::config {

inline File parsed(const std::string& text, const Environment& environment = {},
                   const Overrides& overrides = {}) {
  return parse_text(text, "conf/file.yaml", environment, overrides);
}

// What is said; "" when there is nothing wrong.
inline std::string said(const std::string& text, const Environment& environment = {},
                        const Overrides& overrides = {}) {
  try {
    (void)parsed(text, environment, overrides);
    return "";
  } catch (const ConfigError& error) {
    return error.text();
  }
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline const std::string& minimal() {
  static const std::string text = "app: a\nstreams: {data: {}}\n";
  return text;
}

}  // namespace streamworker::config
