// What a database refuses, when its transaction comes to nothing and the batch is tried again.
#include "app/row_refusals.h"

#include <filesystem>

#include "app/letter_box.h"
#include "log/embedded/embedded.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

const TopicPartition kAt{"data", 0};
const std::string kTopic = "shop-dead-letters";

class Refusing {
 public:
  Refusing() {
    folder_ = (std::filesystem::temp_directory_path() / "streamworker-refusals-XXXXXX").string();
    REQUIRE(mkdtemp(folder_.data()) != nullptr);
    log_ = std::move(*open_embedded(folder_));
    REQUIRE(log_->create({kTopic, 1, {}, {}}).has_value());
    letters_ = std::make_unique<DeadLetters>(*log_, "shop", kTopic, TopicInfo{}, clock_);
    refusals_ =
        std::make_unique<PartRefusals>(BadPlace{kAt, "data", "store", "items", {}},
                                       config::OnError::DeadLetter, letters_.get(), metrics_);
    message_.value = "{}";
  }
  ~Refusing() {
    refusals_.reset();
    letters_.reset();
    log_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Two rows, 100 and 101; those are refused.
  void attempt(const std::vector<size_t>& refused) {
    Batch batch(schema_);
    for (const Offset offset : {100, 101}) {
      Meta meta;
      meta.offset = offset;
      meta.message = &message_;
      batch.add(meta);
    }
    std::vector<RefusedRow> rows;
    rows.reserve(refused.size());
    for (const size_t row : refused) rows.push_back({row, "too long"});
    REQUIRE(refusals_->take({}, batch, rows).has_value());
  }
  // Of the stream thread: a column of this sink that cannot be computed.
  void select_fails(Offset offset) {
    DeadLetters letters(*log_, "shop", kTopic, TopicInfo{}, clock_);
    REQUIRE(letters.write({kAt, offset, "select", "store", "items"}, message_, "no").has_value());
    REQUIRE(letters.flush().has_value());
  }
  double counted() {
    return metrics_
        .counter("dead_letters_total", "records kept in the dead-letter topic",
                 {{"pipeline", "store"}, {"step", "sink"}})
        .value();
  }
  std::vector<std::string> left() {
    LetterBox box("shop");
    const auto add = [&](const Message& message) -> Result<bool> {
      box.add(message);
      return true;
    };
    REQUIRE(read_all(*log_, *letter_consumer(*log_, "shop"), {kTopic, 0}, add).has_value());
    std::vector<std::string> all;
    for (const auto& [id, stored] : box.left())
      all.push_back(id.step + " " + std::to_string(id.offset));
    return all;
  }

 private:
  std::string folder_;
  ManualClock clock_{WallTime(std::chrono::hours(24 * 365 * 50))};
  Metrics metrics_;
  Schema schema_;
  Message message_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<DeadLetters> letters_;
  std::unique_ptr<PartRefusals> refusals_;
};

using Texts = std::vector<std::string>;

TEST_CASE("a batch that is tried again voids what its last attempt refused, and nothing else") {
  Refusing database;
  database.attempt({0, 1});
  database.select_fails(300);
  database.attempt({1});
  CHECK(database.left() == Texts{"sink 101", "select 300"});
  CHECK(database.counted() == 2);
  database.attempt({});
  CHECK(database.left() == Texts{"select 300"});
}

}  // namespace
}  // namespace streamworker
