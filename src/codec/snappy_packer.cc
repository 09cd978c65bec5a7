#include <snappy.h>

#include "codec/packer.h"

namespace streamworker {
namespace {

constexpr std::string_view kFramed("\xff\x06\x00\x00sNaPpY", 10);
constexpr std::string_view kXerial("\x82SNAPPY\x00", 8);

class SnappyPacker final : public Packer {
 public:
  Result<void> pack(std::string_view bytes, Buffer& out) override {
    size_t size = 0;
    char* const to = out.spare(snappy::MaxCompressedLength(bytes.size()));
    snappy::RawCompress(bytes.data(), bytes.size(), to, &size);
    out.wrote(size);
    return {};
  }

  Result<void> unpack(std::string_view bytes, Buffer& out) override {
    size_t size = 0;
    if (bytes.starts_with(kFramed) || bytes.starts_with(kXerial))
      return skip("a snappy stream in frames, where one block is expected");
    if (!snappy::GetUncompressedLength(bytes.data(), bytes.size(), &size))
      return skip("its length is missing");
    if (size > kMostUnpacked) return too_large_unpacked();
    if (!snappy::RawUncompress(bytes.data(), bytes.size(), out.spare(size)))
      return skip("it is damaged, or cut short");
    out.wrote(size);
    return {};
  }
};

}  // namespace

std::unique_ptr<Packer> snappy_packer() { return std::make_unique<SnappyPacker>(); }

}  // namespace streamworker
