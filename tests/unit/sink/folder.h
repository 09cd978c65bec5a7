// A folder of a test's own, gone with it.
#pragma once

#include <filesystem>
#include <string>

#include <stdlib.h>

namespace streamworker::sink {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "streamworker-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace streamworker::sink
