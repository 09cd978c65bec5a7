#include <charconv>
#include <string>
#include <string_view>

#include "limit.h"
#include "limit_input.h"
#include "limit_output.h"

namespace bench {
namespace {

// A JSON object in a buffer that is large enough for this job.
class Line {
 public:
  Line& text(std::string_view text) {
    memcpy(end_, text.data(), text.size());
    end_ += text.size();
    return *this;
  }
  Line& number(uint64_t value) {
    end_ = std::to_chars(end_, end_ + 20, value).ptr;
    return *this;
  }
  Line& digits3(uint64_t value) {
    for (const uint64_t unit : {100, 10, 1}) {
      *end_++ = char('0' + value / unit % 10);
    }
    return *this;
  }
  std::string_view view() const { return {buffer_, size_t(end_ - buffer_)}; }

 private:
  char buffer_[256];
  char* end_ = buffer_;
};

}  // namespace

void run_filter_map(const Arguments& arguments) {
  Input input(arguments);
  Output output(arguments);
  input.drain(
      [&](simdjson::ondemand::object& bid, const rd_kafka_message_t& message) {
        const uint64_t auction = bid["auction"].get_uint64();
        const uint64_t bidder = bid["bidder"].get_uint64();
        const uint64_t price = bid["price"].get_uint64();
        const uint64_t date_time = bid["date_time"].get_uint64();
        if (price <= 5000) {
          return;
        }
        const uint64_t thousandths = price * 908;  // price * 0.908 is exact in these
        Line line;
        line.text("{\"auction\":").number(auction).text(",\"bidder\":").number(bidder);
        line.text(",\"price\":").number(thousandths / 1000).text(".").digits3(thousandths % 1000);
        line.text(",\"date_time\":").number(date_time).text("}");
        output.send(message.partition, {static_cast<const char*>(message.key), message.key_len},
                    line.view());
      },
      [&] { output.flush(); });
}

}  // namespace bench
