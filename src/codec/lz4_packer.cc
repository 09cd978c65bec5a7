#include <new>

#include <lz4frame.h>

#include "codec/packer.h"

namespace streamworker {
namespace {

// The frame's end: a mark and the checksum.
constexpr size_t kEnd = 8;

class Lz4Packer final : public Packer {
 public:
  Lz4Packer() = default;
  ~Lz4Packer() override {
    LZ4F_freeCompressionContext(writing_);
    LZ4F_freeDecompressionContext(reading_);
  }
  Lz4Packer(const Lz4Packer&) = delete;
  Lz4Packer& operator=(const Lz4Packer&) = delete;

  // The frame says its size and has a checksum.
  Result<void> pack(std::string_view bytes, Buffer& out) override {
    if (writing_ == nullptr &&
        LZ4F_isError(LZ4F_createCompressionContext(&writing_, LZ4F_VERSION)) != 0)
      throw std::bad_alloc();
    LZ4F_preferences_t wanted{};
    wanted.frameInfo.contentSize = bytes.size();
    wanted.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    wanted.autoFlush = 1;
    const size_t most = LZ4F_HEADER_SIZE_MAX + LZ4F_compressBound(bytes.size(), &wanted) + kEnd;
    char* const to = out.spare(most);
    size_t size = 0;
    const auto took = [&size](size_t code) {
      if (LZ4F_isError(code) != 0) return false;
      size += code;
      return true;
    };
    if (!took(LZ4F_compressBegin(writing_, to, most, &wanted)) ||
        !took(LZ4F_compressUpdate(writing_, to + size, most - size, bytes.data(), bytes.size(),
                                  nullptr)) ||
        !took(LZ4F_compressEnd(writing_, to + size, most - size, nullptr)))
      return skip("it cannot be compressed");
    out.wrote(size);
    return {};
  }

  Result<void> unpack(std::string_view bytes, Buffer& out) override {
    if (reading_ != nullptr)
      LZ4F_resetDecompressionContext(reading_);
    else if (LZ4F_isError(LZ4F_createDecompressionContext(&reading_, LZ4F_VERSION)) != 0)
      throw std::bad_alloc();
    return unpack_frames(
        bytes, out, [this](std::string_view from, char* to, size_t room) -> Result<Unpacked> {
          Unpacked done{from.size(), room, false};
          const size_t code =
              LZ4F_decompress(reading_, to, &done.written, from.data(), &done.read, nullptr);
          if (LZ4F_isError(code) != 0) return skip(LZ4F_getErrorName(code));
          done.end = code == 0;
          return done;
        });
  }

 private:
  LZ4F_cctx* writing_ = nullptr;
  LZ4F_dctx* reading_ = nullptr;
};

}  // namespace

std::unique_ptr<Packer> lz4_packer() { return std::make_unique<Lz4Packer>(); }

}  // namespace streamworker
