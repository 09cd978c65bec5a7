#include <string>
#include <string_view>

#include <mysql.h>

#include "limit.h"
#include "limit_input.h"

namespace bench {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO bids (id,auction,bidder,price,channel,url,date_time) VALUES ";
constexpr std::string_view kUpdate =
    " ON DUPLICATE KEY UPDATE auction=VALUES(auction),bidder=VALUES(bidder),price=VALUES(price),"
    "channel=VALUES(channel),url=VALUES(url),date_time=VALUES(date_time)";

// Collects rows into one statement and runs it when `batch` rows are there.
class Upsert {
 public:
  explicit Upsert(const Arguments& arguments)
      : batch_(arguments.number("batch")), connection_(mysql_init(nullptr)) {
    if (mysql_real_connect(connection_, "127.0.0.1", "root", nullptr,
                           arguments.text("database").c_str(), unsigned(arguments.number("port")),
                           nullptr, 0) == nullptr) {
      give_up(mysql_error(connection_));
    }
    mysql_set_character_set(connection_, "utf8mb4");
  }

  void begin_row() { statement_.append(rows_ == 0 ? kInsert : std::string_view(",")).append("("); }
  void number(uint64_t value) { statement_.append(std::to_string(value)).append(","); }
  void text(std::string_view value) {
    const size_t start = statement_.size() + 1;
    statement_.append(1, '\'').resize(start + value.size() * 2 + 1);
    const size_t length = mysql_real_escape_string(connection_, statement_.data() + start,
                                                   value.data(), value.size());
    statement_.resize(start + length);
    statement_.append("',");
  }
  void end_row() {
    statement_.back() = ')';
    if (++rows_ == batch_) {
      flush();
    }
  }

  void flush() {
    if (rows_ == 0) {
      return;
    }
    statement_.append(kUpdate);
    if (mysql_real_query(connection_, statement_.data(), statement_.size()) != 0) {
      give_up(mysql_error(connection_));
    }
    statement_.clear();
    rows_ = 0;
  }

 private:
  long batch_;
  long rows_ = 0;
  MYSQL* connection_;
  std::string statement_;
};

}  // namespace

void run_mysql_upsert(const Arguments& arguments) {
  Input input(arguments);
  Upsert upsert(arguments);
  input.drain(
      [&](simdjson::ondemand::object& bid, const rd_kafka_message_t&) {
        upsert.begin_row();
        for (const char* name : {"id", "auction", "bidder", "price"}) {
          upsert.number(bid[name].get_uint64());
        }
        upsert.text(bid["channel"].get_string());
        upsert.text(bid["url"].get_string());
        upsert.number(bid["date_time"].get_uint64());
        upsert.end_row();
      },
      [&] { upsert.flush(); });
}

}  // namespace bench
