#include "http/forwarding.h"

#include "base/format.h"

namespace streamworker::http {

Response Forwarding::answer(const Request& request, std::string_view table, std::string_view key,
                            const Error& why) {
  if (!request.meant.empty()) return failed(why);
  const auto owner = owners_.find(table, key);
  if (!owner || owner->worker == self_) return failed(why);
  Response out;
  if (!request.may_wait) {
    out.lane = lane_;
    return out;
  }
  auto answered = peers_.get(owner->address, request.raw_target, owner->worker);
  if (!answered)
    return failed(
        retry(fmt::format("the row is worker {}'s: {}", owner->worker, answered.error().message)));
  out.status = answered->status;
  out.body = std::move(answered->body);
  if (out.status == 503) out.retry_after = 1;
  return out;
}

std::optional<Response> Forwarding::refuse(const Request& request) const {
  if (request.meant.empty() || request.meant == self_) return std::nullopt;
  return failed(retry(fmt::format("worker {} was meant, and this is {}", request.meant, self_)));
}

}  // namespace streamworker::http
