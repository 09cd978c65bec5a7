#include "codec/packer.h"
#include "record/base64.h"

namespace streamworker {
namespace {

class Base64Packer final : public Packer {
 public:
  Result<void> pack(std::string_view bytes, Buffer& out) override {
    const size_t size = base64_size(bytes.size());
    write_base64(bytes, out.spare(size));
    out.wrote(size);
    return {};
  }

  Result<void> unpack(std::string_view bytes, Buffer& out) override {
    const auto size = read_base64(bytes, out.spare(base64_room(bytes.size())));
    if (!size) return skip("not base64 with its padding");
    if (*size > kMostUnpacked) return too_large_unpacked();
    out.wrote(*size);
    return {};
  }
};

}  // namespace

std::unique_ptr<Packer> base64_packer() { return std::make_unique<Base64Packer>(); }

}  // namespace streamworker
