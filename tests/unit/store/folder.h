// A temporary folder, and a flipped byte in one of RocksDB's files there.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "unit/catch.h"

namespace streamworker::store {

class Folder {
 public:
  Folder() {
    path_ = (std::filesystem::temp_directory_path() / "streamworker-store-XXXXXX").string();
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// The largest of its sorted files. `at`: from its beginning.
inline void flip_byte(const std::string& folder, size_t at) {
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".sst" &&
        (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)))
      largest = entry.path();
  REQUIRE_FALSE(largest.empty());
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 0x40);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

}  // namespace streamworker::store
