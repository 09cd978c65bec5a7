// The packings of a format, one after the other. Buffers are kept, so a steady state allocates
// nothing (but for packing snappy). One thread.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "codec/packer.h"

namespace streamworker {

class PackingChain {
 public:
  explicit PackingChain(const std::vector<config::Packing>& packings);
  bool empty() const { return links_.empty(); }

  // From left to right. The bytes are valid until the next call of either. Skip as of Packer; the
  // message begins with the packing's name.
  Result<std::string_view> pack(std::string_view bytes);
  // From right to left.
  Result<std::string_view> unpack(std::string_view bytes);

 private:
  using Function = Result<void> (Packer::*)(std::string_view, Buffer&);
  struct Link {
    config::Packing packing;
    std::unique_ptr<Packer> packer;
  };
  Result<void> run(const Link& link, Function function, std::string_view& bytes);

  std::vector<Link> links_;
  std::array<Buffer, 2> buffers_;  // what one link wrote and the next one reads
  size_t next_ = 0;                // the buffer that is written next
};

}  // namespace streamworker
