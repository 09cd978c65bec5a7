#include "codec/packer.h"

#include <stdexcept>

#include "base/format.h"

namespace streamworker {

std::unique_ptr<Packer> make_packer(config::Packing packing) {
  switch (packing) {
    case config::Packing::Base64:
      return base64_packer();
    case config::Packing::Gzip:
      return gzip_packer();
    case config::Packing::Zlib:
      return zlib_packer();
    case config::Packing::Snappy:
      return snappy_packer();
    case config::Packing::Lz4:
      return lz4_packer();
    case config::Packing::Zstd:
      return zstd_packer();
  }
  throw std::logic_error("no such packing");
}

Error cut_short() { return skip("it is cut short"); }

Error bytes_behind(size_t count) {
  return skip(fmt::format("{} byte{} behind the end", count, count == 1 ? "" : "s"));
}

Error too_large_unpacked() {
  return skip(fmt::format("more than {} MiB when it is unpacked", kMostUnpacked >> 20));
}

}  // namespace streamworker
