#include "store/progress.h"

#include "record/row_format.h"

namespace streamworker::store {

namespace {

constexpr char kVersion = 1;
constexpr uint64_t kMostOfAList = 1'000'000;

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  void number(uint64_t value) { append_varint(value, out_); }
  // Small ones of either sign are short.
  void signed_number(int64_t value) {
    number((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void text(std::string_view value) {
    number(value.size());
    out_.append(value);
  }
  void time(EventTime value) { signed_number(value.time_since_epoch().count()); }
  void time(const std::optional<EventTime>& value) {
    number(value ? 1 : 0);
    if (value) time(*value);
  }

 private:
  std::string& out_;
};

// Reads what Writer wrote; after the first fault everything is zero and `good` false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  uint64_t number() {
    uint64_t value = 0;
    good_ = good_ && take_varint(bytes_, value);
    return good_ ? value : 0;
  }
  int64_t signed_number() {
    const uint64_t value = number();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  uint64_t count() {
    const uint64_t value = number();
    good_ = good_ && value <= kMostOfAList;
    return good_ ? value : 0;
  }
  std::string text() {
    const uint64_t size = number();
    good_ = good_ && size <= bytes_.size();
    if (!good_) return {};
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return value;
  }
  EventTime time() { return EventTime(std::chrono::milliseconds(signed_number())); }
  std::optional<EventTime> maybe_time() {
    return number() == 1 ? std::optional(time()) : std::nullopt;
  }
  bool at_its_end() const { return good_ && bytes_.empty(); }
  bool good() const { return good_; }

 private:
  std::string_view bytes_;
  bool good_ = true;
};

}  // namespace

bool replaces(const Progress& progress, std::string_view incarnation) {
  std::string_view rest = progress.replaces;
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    if (rest.substr(0, comma) == incarnation) return true;
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return false;
}

std::string to_bytes(const Progress& progress) {
  std::string out(1, kVersion);
  Writer write(out);
  write.number(progress.inputs.size());
  for (const Position& one : progress.inputs) {
    write.text(one.at.topic);
    write.signed_number(one.at.partition);
    write.signed_number(one.offset);
  }
  write.time(progress.stream_time);
  write.number(progress.marks.size());
  for (const auto& [source, mark] : progress.marks) {
    write.signed_number(source);
    write.time(mark.passed);
    write.number(mark.idle ? 1 : 0);
  }
  write.time(progress.closed);
  write.text(progress.fingerprint);
  write.text(progress.incarnation);
  write.text(progress.replaces);
  return out;
}

Result<Progress> progress_of(std::string_view bytes) {
  if (bytes.empty() || bytes.front() > kVersion)
    return stop(bytes.empty() ? "there is no progress" : "a newer streamworker wrote it");
  Reader read(bytes.substr(1));
  Progress out;
  for (uint64_t left = read.count(); left > 0 && read.good(); --left) {
    Position one;
    one.at.topic = read.text();
    one.at.partition = static_cast<int32_t>(read.signed_number());
    one.offset = read.signed_number();
    out.inputs.push_back(std::move(one));
  }
  out.stream_time = read.maybe_time();
  for (uint64_t left = read.count(); left > 0 && read.good(); --left) {
    const auto source = static_cast<int32_t>(read.signed_number());
    SourceMark mark;
    mark.passed = read.time();
    mark.idle = read.number() == 1;
    out.marks[source] = mark;
  }
  out.closed = read.maybe_time();
  out.fingerprint = read.text();
  out.incarnation = read.text();
  out.replaces = read.text();
  if (!read.at_its_end() || bytes.front() != kVersion) return stop("its progress cannot be read");
  return out;
}

}  // namespace streamworker::store
