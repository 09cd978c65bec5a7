// Records of a file: .jsonl (a line each), .json (an array's elements), .csv (csv.h). A position is
// the offset of a byte. With `follow` it goes on when the file grows: a last line (or row) without
// its line end waits for the rest. A byte order mark is skipped.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/spec.h"
#include "source/csv.h"
#include "source/record_source.h"
#include "source/splitter.h"

namespace streamworker {

class FileReader final : public RecordSource {
 public:
  // The file is opened by the first `next`. `stream` must outlive it. Throws std::invalid_argument:
  // an unknown ending.
  FileReader(const config::Stream& stream, const config::FromFile& from);
  ~FileReader() override;

  Result<Fed> next() override;
  int64_t position() const override { return position_; }
  Result<void> seek(int64_t position) override;
  bool finished() const override { return finished_; }
  bool finite() const override { return !follow_; }

 private:
  Result<void> open();
  Result<void> take_header();
  Result<Fed> cut();
  Result<Piece> piece();
  void skip_mark();
  Result<std::string_view> record_of(std::string_view text);
  Result<bool> read_more();
  Result<void> check_size() const;
  std::string_view ahead() const;
  void skip(size_t size);
  Error at_fault(const Error& error) const;

  const std::string path_;
  const bool follow_;
  std::unique_ptr<Splitter> splitter_;
  std::unique_ptr<CsvToJson> csv_;  // null: JSON
  int file_ = -1;
  int64_t position_ = 0;      // in the file
  int64_t start_ = 0;         // where the text begins: behind a byte order mark
  int64_t first_record_ = 0;  // behind the header that was read
  std::string buffer_;
  size_t at_ = 0;     // of the position in the buffer
  bool end_ = false;  // the buffer ends where the file did when it was read last
  bool finished_ = false;
  std::string json_;  // of a row
};

}  // namespace streamworker
