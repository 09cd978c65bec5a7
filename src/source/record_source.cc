#include "source/record_source.h"

#include "source/file_reader.h"
#include "source/generator.h"

namespace streamworker {

std::unique_ptr<RecordSource> open_source(
    const config::Stream& stream, const std::variant<config::Generate, config::FromFile>& from,
    const Clock& clock) {
  if (const auto* generate = std::get_if<config::Generate>(&from))
    return std::make_unique<Generator>(stream, *generate, clock);
  return std::make_unique<FileReader>(stream, std::get<config::FromFile>(from));
}

}  // namespace streamworker
