#include "config/secret_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace streamworker::config {

namespace {

constexpr size_t kMost = 65'536;
// Any right of anybody but the owner.
constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;

// systemd puts credentials into a folder of the service's own, and on some file systems lets it in
// by an access list, which looks like a right of the group.
bool is_credential(const std::filesystem::path& path) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
  return folder != nullptr && path.lexically_normal().parent_path() == folder;
}

}  // namespace

Result<std::string> read_secret_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error) return stop("cannot read " + path + ": " + error.message());
  if (!fs::is_regular_file(status)) return stop(path + " is not a file");
  if ((status.permissions() & kOthers) != fs::perms::none && !is_credential(path))
    return stop("others than the owner may read " + path + "; run: chmod 600 " + path);
  std::ifstream in(path, std::ios::binary);
  if (!in) return stop("cannot read " + path + "; the file belongs to somebody else");
  std::string text;
  for (std::istreambuf_iterator<char> it(in), end; it != end && text.size() <= kMost; ++it)
    text += *it;
  if (text.size() > kMost) return stop(path + " is larger than 64 KiB; that is no secret");
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) return stop(path + " is empty");
  return text;
}

}  // namespace streamworker::config
