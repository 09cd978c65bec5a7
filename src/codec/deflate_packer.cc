// gzip and zlib: the same stream of bytes with different headers and checksums.
#include <new>

#include <zlib.h>

#include "codec/packer.h"

namespace streamworker {
namespace {

constexpr int kWindow = 15;                // bits; the largest, so that everything can be read
constexpr int kGzipWindow = kWindow + 16;  // as zlib is told that it is gzip
constexpr int kMemory = 8;                 // zlib's default

const unsigned char* input(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* output(char* to) { return reinterpret_cast<unsigned char*>(to); }

class DeflatePacker final : public Packer {
 public:
  explicit DeflatePacker(int window) : window_(window) {}
  ~DeflatePacker() override {
    if (writes_) deflateEnd(&writing_);
    if (reads_) inflateEnd(&reading_);
  }
  DeflatePacker(const DeflatePacker&) = delete;
  DeflatePacker& operator=(const DeflatePacker&) = delete;

  Result<void> pack(std::string_view bytes, Buffer& out) override {
    begin_writing();
    const size_t most = deflateBound(&writing_, bytes.size());
    writing_.next_in = input(bytes);
    writing_.avail_in = static_cast<uInt>(bytes.size());
    writing_.next_out = output(out.spare(most));
    writing_.avail_out = static_cast<uInt>(most);
    if (deflate(&writing_, Z_FINISH) != Z_STREAM_END) return skip("it cannot be compressed");
    out.wrote(most - writing_.avail_out);
    return {};
  }

  Result<void> unpack(std::string_view bytes, Buffer& out) override {
    begin_reading();
    return unpack_frames(bytes, out, [this](std::string_view from, char* to, size_t room) {
      return read(from, to, room);
    });
  }

 private:
  void begin_writing() {
    const int code = writes_ ? deflateReset(&writing_)
                             : deflateInit2(&writing_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_,
                                            kMemory, Z_DEFAULT_STRATEGY);
    if (code != Z_OK) throw std::bad_alloc();
    writes_ = true;
  }

  void begin_reading() {
    if ((reads_ ? inflateReset(&reading_) : inflateInit2(&reading_, window_)) != Z_OK)
      throw std::bad_alloc();
    reads_ = true;
  }

  Result<Unpacked> read(std::string_view from, char* to, size_t room) {
    reading_.next_in = input(from);
    reading_.avail_in = static_cast<uInt>(from.size());
    reading_.next_out = output(to);
    reading_.avail_out = static_cast<uInt>(room);
    const int code = inflate(&reading_, Z_NO_FLUSH);
    const Unpacked done{from.size() - reading_.avail_in, room - reading_.avail_out,
                        code == Z_STREAM_END};
    switch (code) {
      case Z_STREAM_END:
        if (window_ == kWindow && reading_.avail_in > 0) return bytes_behind(reading_.avail_in);
        inflateReset(&reading_);  // for another member
        return done;
      case Z_OK:
      case Z_BUF_ERROR:
        return done;
      case Z_NEED_DICT:
        return skip("it needs a dictionary");
      case Z_MEM_ERROR:
        throw std::bad_alloc();
      default:
        return skip(reading_.msg != nullptr ? reading_.msg : "it is damaged");
    }
  }

  const int window_;
  z_stream writing_{};
  z_stream reading_{};
  bool writes_ = false;
  bool reads_ = false;
};

}  // namespace

std::unique_ptr<Packer> gzip_packer() { return std::make_unique<DeflatePacker>(kGzipWindow); }
std::unique_ptr<Packer> zlib_packer() { return std::make_unique<DeflatePacker>(kWindow); }

}  // namespace streamworker
