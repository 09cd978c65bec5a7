// Files and streams for the tests of sources.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <stdlib.h>

#include "source/record_source.h"
#include "unit/catch.h"

namespace streamworker {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sw-source-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary | std::ios::trunc) << text;
    return file(name);
  }
  void append(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary | std::ios::app) << text;
  }

 private:
  std::filesystem::path path_;
};

inline config::Field stream_field(const std::string& name, FieldType type, bool nullable = false) {
  config::Field field;
  field.name = name;
  field.type = type;
  field.nullable = nullable;
  return field;
}

// All that is there now; an error ends it as "error: …".
inline std::vector<std::string> read_all(RecordSource& source) {
  std::vector<std::string> all;
  for (;;) {
    const auto next = source.next();
    if (!next) {
      all.push_back("error: " + next.error().message);
      return all;
    }
    if (!*next) return all;
    all.emplace_back(**next);
  }
}

// Reading again from every position gives what follows it.
inline void check_resumes(RecordSource& source, RecordSource& other) {
  std::vector<int64_t> positions = {source.position()};
  std::vector<std::string> all;
  for (auto next = source.next(); next && *next; next = source.next()) {
    all.emplace_back(**next);
    positions.push_back(source.position());
  }
  CHECK(source.finished());
  for (size_t i = 0; i < positions.size(); ++i) {
    CAPTURE(i, positions[i]);
    REQUIRE(other.seek(positions[i]));
    const std::vector<std::string> rest(all.begin() + static_cast<std::ptrdiff_t>(i), all.end());
    CHECK(read_all(other) == rest);
    CHECK(other.finished());
  }
}

}  // namespace streamworker
