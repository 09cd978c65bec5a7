#include "config/log_settings.h"

namespace streamworker::config {

log::Settings log_settings(const LogOptions& options) {
  log::Settings settings;
  settings.level = log::level_named(options.level);
  settings.form = options.format == "json" ? log::Form::Json : log::Form::Text;
  for (const auto& [module, level] : options.levels)
    settings.modules[module] = log::level_named(level);
  return settings;
}

}  // namespace streamworker::config
