#include <new>

#include <zstd.h>

#include "codec/packer.h"

namespace streamworker {
namespace {

constexpr int kWindow = 26;  // bits: no frame may ask for more memory than a record may have
// What one frame with a large window needed is given back. The levels that people use stay below.
constexpr size_t kKeep = 16UL * 1024 * 1024;

class ZstdPacker final : public Packer {
 public:
  Result<void> pack(std::string_view bytes, Buffer& out) override {
    if (!writing_) writing_.reset(ZSTD_createCCtx());
    if (!writing_) throw std::bad_alloc();
    const size_t most = ZSTD_compressBound(bytes.size());
    const size_t size = ZSTD_compressCCtx(writing_.get(), out.spare(most), most, bytes.data(),
                                          bytes.size(), ZSTD_CLEVEL_DEFAULT);
    if (ZSTD_isError(size) != 0) return skip(ZSTD_getErrorName(size));
    out.wrote(size);
    return {};
  }

  Result<void> unpack(std::string_view bytes, Buffer& out) override {
    begin_reading();
    auto done = unpack_frames(
        bytes, out, [this](std::string_view from, char* to, size_t room) -> Result<Unpacked> {
          ZSTD_inBuffer input{from.data(), from.size(), 0};
          ZSTD_outBuffer output{to, room, 0};
          const size_t code = ZSTD_decompressStream(reading_.get(), &output, &input);
          if (ZSTD_isError(code) != 0) return skip(ZSTD_getErrorName(code));
          return Unpacked{input.pos, output.pos, code == 0};
        });
    if (ZSTD_sizeof_DCtx(reading_.get()) > kKeep) reading_.reset();
    return done;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };

  void begin_reading() {
    if (reading_) {
      ZSTD_DCtx_reset(reading_.get(), ZSTD_reset_session_only);
      return;
    }
    reading_.reset(ZSTD_createDCtx());
    if (!reading_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(reading_.get(), ZSTD_d_windowLogMax, kWindow);
  }

  std::unique_ptr<ZSTD_CCtx, Free> writing_;
  std::unique_ptr<ZSTD_DCtx, Free> reading_;
};

}  // namespace

std::unique_ptr<Packer> zstd_packer() { return std::make_unique<ZstdPacker>(); }

}  // namespace streamworker
