#include "source/file_reader.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/format.h"

namespace streamworker {
namespace {

constexpr size_t kRead = size_t{256} * 1024;
constexpr size_t kLongestRecord = size_t{64} << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::unique_ptr<Splitter> splitter_of(const std::string& path) {
  if (path.ends_with(".jsonl")) return std::make_unique<LineSplitter>();
  if (path.ends_with(".json")) return std::make_unique<ArraySplitter>();
  if (path.ends_with(".csv")) return std::make_unique<RowSplitter>();
  throw std::invalid_argument(path + ": a name that ends in .jsonl, .json or .csv is needed");
}

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

FileReader::FileReader(const config::Stream& stream, const config::FromFile& from)
    : path_(from.path), follow_(from.follow), splitter_(splitter_of(from.path)) {
  if (path_.ends_with(".csv")) csv_ = std::make_unique<CsvToJson>(stream);
}

FileReader::~FileReader() {
  if (file_ >= 0) ::close(file_);
}

Error FileReader::at_fault(const Error& error) const {
  return context(error, fmt::format("{} at byte {}", path_, position_));
}

Result<void> FileReader::seek(int64_t position) {
  position_ = std::max(position, first_record_);
  buffer_.clear();
  at_ = 0;
  end_ = false;
  finished_ = false;
  return {};
}

std::string_view FileReader::ahead() const { return std::string_view(buffer_).substr(at_); }

void FileReader::skip(size_t size) {
  at_ += size;
  position_ += static_cast<int64_t>(size);
}

Result<void> FileReader::open() {
  file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) return stop(path_ + ": " + reason());
  if (!csv_) return {};
  const int64_t from = position_;
  if (auto sought = seek(0); !sought) return sought;
  if (auto taken = take_header(); !taken) return taken;
  return from > position_ ? seek(from) : Result<void>();
}

Result<void> FileReader::check_size() const {
  struct stat status = {};
  if (::fstat(file_, &status) != 0) return stop(path_ + ": " + reason());
  if (status.st_size < position_)
    return stop(fmt::format("{} has {} bytes, but {} were read: it was cut", path_, status.st_size,
                            position_));
  return {};
}

// False: the file ends here, for now.
Result<bool> FileReader::read_more() {
  if (auto checked = check_size(); !checked) return checked.error();
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t had = buffer_.size();
  if (had > kLongestRecord) return at_fault(stop("a record of more than 64 MiB"));
  // Twice as much each time: a long record is not looked through too often.
  const size_t want = std::max(kRead, had);
  buffer_.resize(had + want);
  const ssize_t got =
      ::pread(file_, buffer_.data() + had, want, position_ + static_cast<int64_t>(had));
  buffer_.resize(had + static_cast<size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0 && errno != EINTR) return stop(path_ + ": " + reason());
  end_ = got == 0;
  return !end_;
}

void FileReader::skip_mark() {
  if (position_ != 0 || !ahead().starts_with(kByteOrderMark)) return;
  skip(kByteOrderMark.size());
  start_ = position_;
}

// Looks at what is at hand until the splitter can tell. More: it cannot, yet.
Result<Piece> FileReader::piece() {
  for (;;) {
    skip_mark();
    auto found = splitter_->cut({ahead(), end_ && !follow_, position_ == start_});
    if (!found) return at_fault(found.error());
    if (found->kind != Piece::Kind::More) return found;
    const auto more = read_more();
    if (!more) return more.error();
    if (!*more && follow_) return found;
  }
}

// What the splitter finds next. None: nothing more is there.
Result<Fed> FileReader::cut() {
  for (;;) {
    const auto found = piece();
    if (!found) return found.error();
    skip(found->size);
    if (found->kind == Piece::Kind::Record) return Fed(found->text);
    finished_ = found->kind == Piece::Kind::End;
    if (found->kind != Piece::Kind::Nothing) return Fed();
  }
}

Result<void> FileReader::take_header() {
  const auto row = cut();
  if (!row) return row.error();
  if (!*row) return {};
  const auto names = read_row(**row);
  if (!names) return at_fault(names.error());
  if (auto taken = csv_->take_header(*names); !taken) return at_fault(taken.error());
  first_record_ = position_;
  return {};
}

Result<std::string_view> FileReader::record_of(std::string_view text) {
  if (!csv_) return text;
  json_.clear();
  const auto row = read_row(text);
  if (!row) return row.error();
  if (auto made = csv_->append(*row, json_); !made) return made.error();
  return std::string_view(json_);
}

Result<Fed> FileReader::next() {
  if (file_ < 0) {
    if (auto opened = open(); !opened) return opened.error();
  }
  if (csv_ && !csv_->has_header() && !finished_) {
    if (auto taken = take_header(); !taken) return taken.error();
    if (!csv_->has_header()) return Fed();
  }
  const int64_t from = position_;
  const auto text = cut();
  if (!text) return text.error();
  if (!*text) return Fed();
  const auto record = record_of(**text);
  if (record) return Fed(*record);
  const Error& error = record.error();
  if (auto back = seek(from); !back) return back.error();
  return at_fault(error);
}

}  // namespace streamworker
