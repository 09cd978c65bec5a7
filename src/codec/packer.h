// One packing of a chain (DESIGN 3.7): bytes to bytes, and back.
//
// The forms are those of the libraries' own simple functions, in every language: base64 as RFC 4648
// has it, padded, on one line; gzip members (RFC 1952), one after the other; zlib (RFC 1950);
// snappy blocks (`snappy.compress`; not the framing format, nor that of Hadoop or xerial); LZ4
// frames; Zstd frames, the last two one after the other as well.
//
// Contexts of the libraries are made when they are first needed and kept; what snappy needs to pack
// it takes from the heap each time. One thread.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "codec/buffer.h"
#include "config/spec.h"

namespace streamworker {

// What a record may be when it is unpacked, after each packing. A message is seldom larger than 1
// MiB; what it says of its own size is not to be trusted.
constexpr size_t kMostUnpacked = 64UL * 1024 * 1024;

class Packer {
 public:
  virtual ~Packer() = default;
  // Both append to `out`, which is empty. Skip: bytes that are none of this packing, or not all, or
  // others behind them; more than kMostUnpacked.
  virtual Result<void> pack(std::string_view bytes, Buffer& out) = 0;
  virtual Result<void> unpack(std::string_view bytes, Buffer& out) = 0;
};

std::unique_ptr<Packer> make_packer(config::Packing packing);

// Each in a file of its own, with its library.
std::unique_ptr<Packer> base64_packer();
std::unique_ptr<Packer> gzip_packer();
std::unique_ptr<Packer> zlib_packer();
std::unique_ptr<Packer> snappy_packer();
std::unique_ptr<Packer> lz4_packer();
std::unique_ptr<Packer> zstd_packer();

// What they say alike.
Error cut_short();
Error bytes_behind(size_t count);
Error too_large_unpacked();

// Unpacks frame after frame with a library that takes bytes and gives bytes. `step(from, to, room)`
// reads from `from`, writes at most `room` bytes, and says how far it came.
struct Unpacked {
  size_t read = 0;
  size_t written = 0;
  bool end = false;  // of a frame
};
template <class Step>
Result<void> unpack_frames(std::string_view bytes, Buffer& out, const Step& step) {
  for (;;) {
    char* const to = out.spare(1);
    const size_t room = std::min(out.spare(), kMostUnpacked + 1 - out.size());
    const Result<Unpacked> done = step(bytes, to, room);
    if (!done) return done.error();
    out.wrote(done->written);
    bytes.remove_prefix(done->read);
    if (out.size() > kMostUnpacked) return too_large_unpacked();
    if (done->end && bytes.empty()) return {};
    if (!done->end && done->read == 0 && done->written == 0) return cut_short();
  }
}

}  // namespace streamworker
