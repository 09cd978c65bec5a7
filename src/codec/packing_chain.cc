#include "codec/packing_chain.h"

#include "config/format.h"

namespace streamworker {
namespace {

// No library here takes more than 4 GiB, and no log takes a message of that size.
constexpr size_t kMost = 1UL << 30;

}  // namespace

PackingChain::PackingChain(const std::vector<config::Packing>& packings) {
  for (const config::Packing packing : packings) links_.push_back({packing, make_packer(packing)});
}

Result<void> PackingChain::run(const Link& link, Function function, std::string_view& bytes) {
  if (bytes.size() > kMost) return skip(to_string(link.packing) + ": more than 1 GiB");
  Buffer& out = buffers_[next_];
  next_ = 1 - next_;
  out.clear();
  if (auto done = ((*link.packer).*function)(bytes, out); !done)
    return context(done.error(), to_string(link.packing));
  bytes = out.view();
  return {};
}

Result<std::string_view> PackingChain::pack(std::string_view bytes) {
  for (const Link& link : links_)
    if (auto done = run(link, &Packer::pack, bytes); !done) return done.error();
  return bytes;
}

Result<std::string_view> PackingChain::unpack(std::string_view bytes) {
  for (auto link = links_.rbegin(); link != links_.rend(); ++link)
    if (auto done = run(*link, &Packer::unpack, bytes); !done) return done.error();
  return bytes;
}

}  // namespace streamworker
