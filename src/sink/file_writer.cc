#include "sink/file_writer.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/format.h"

namespace streamworker::sink {
namespace {

// What the last system call on `path` said. No space, no memory, a file system that is away: Retry.
Error failure(const std::string& path) {
  const int code = errno;
  const std::string message = path + ": " + std::generic_category().message(code);
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EAGAIN:
    case EIO:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case ESTALE:
    case ETIMEDOUT:
      return retry(message);
    default:
      return stop(message);
  }
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// "length 120\n" → 120, and the line is taken off the text.
std::optional<int64_t> take_number(std::string_view& text, std::string_view name) {
  if (text.substr(0, name.size()) != name) return {};
  text.remove_prefix(name.size());
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto used = static_cast<size_t>(parsed.ptr - text.data());
  if (parsed.ec != std::errc() || used == text.size() || text[used] != '\n') return {};
  text.remove_prefix(used + 1);
  return value;
}

constexpr int64_t kNothing = -1;  // the offset of a file that was only made yet

}  // namespace

FileWriter::~FileWriter() { close(); }

FileWriter::FileWriter(FileWriter&& other) noexcept { *this = std::move(other); }

FileWriter& FileWriter::operator=(FileWriter&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(origin_, other.origin_);
  std::swap(file_, other.file_);
  std::swap(length_, other.length_);
  return *this;
}

void FileWriter::close() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

Result<std::optional<Offset>> FileWriter::open(const std::string& path, const PartId& part) {
  close();
  path_ = path;
  origin_ = fmt::format("topic {}\npartition {}\nincarnation {}\n", part.topic, part.partition,
                        part.incarnation);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file_ < 0) return failure(path);
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const bool held = errno == EWOULDBLOCK;
    const Error error = held ? retry(path + ": is still open in another worker") : failure(path);
    close();
    return error;
  }
  auto next = read_position();
  if (!next) close();
  return next;
}

Result<std::optional<Offset>> FileWriter::read_position() {
  struct stat found {};
  if (::fstat(file_, &found) != 0) return failure(path_);
  const std::string position = path_ + ".position";
  std::ifstream in(position, std::ios::binary);
  if (!in.is_open()) {
    if (found.st_size != 0)
      return stop(path_ + ": is not empty and has no " + position +
                  ", so it is not this sink's: move it away");
    length_ = 0;
    if (auto done = write_position({}, 0); !done) return done.error();
    return std::optional<Offset>();
  }
  const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::string_view text = content;
  const auto length = take_number(text, "length ");
  const auto offset = length ? take_number(text, "offset ") : std::nullopt;
  if (!offset) return stop(position + ": is damaged: it must hold a length and an offset");
  if (text != origin_)
    return stop(fmt::format("{}: belongs to another source ({}), not to this one ({})", position,
                            text, origin_));
  if (found.st_size < *length)
    return stop(fmt::format("{}: has {} bytes, fewer than the {} of its position: lines were lost",
                            path_, found.st_size, *length));
  if (found.st_size > *length && ::ftruncate(file_, *length) != 0) return failure(path_);
  length_ = *length;
  return *offset == kNothing ? std::optional<Offset>() : std::optional<Offset>(*offset);
}

Result<void> FileWriter::append(std::string_view text, Offset next) {
  // What an earlier try left behind.
  if (::ftruncate(file_, length_) != 0) return failure(path_);
  if (!write_all(file_, text)) return failure(path_);
  if (!text.empty() && ::fdatasync(file_) != 0) return failure(path_);
  const int64_t length = length_ + static_cast<int64_t>(text.size());
  if (auto done = write_position(next, length); !done) return done;
  length_ = length;
  return {};
}

Result<void> FileWriter::write_position(std::optional<Offset> next, int64_t length) const {
  const std::string position = path_ + ".position";
  const std::string fresh = position + ".new";
  const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.number() < 0) return failure(fresh);
  const std::string text =
      fmt::format("length {}\noffset {}\n{}", length, next.value_or(kNothing), origin_);
  if (!write_all(file.number(), text) || ::fdatasync(file.number()) != 0) return failure(fresh);
  if (std::rename(fresh.c_str(), position.c_str()) != 0) return failure(position);
  return {};
}

}  // namespace streamworker::sink
