// Messages to batches: what is packed may become large, a batch of it may not.
#include "process/decode.h"

#include "codec/packing_chain.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

class Refused final : public BadRecords {
 public:
  Result<void> take(const Meta& meta, const std::string& step,
                    const std::string& message) override {
    told.push_back(step + "@" + std::to_string(meta.offset) + " " +
                   std::string(*meta.message->value) + ": " + message);
    return {};
  }
  std::vector<std::string> told;
};

config::Stream stream_of(config::Format format) {
  config::Stream stream;
  stream.format = std::move(format);
  return stream;
}

std::vector<Message> messages_of(const std::vector<std::string>& values) {
  std::vector<Message> messages;
  for (const std::string& value : values) {
    Message message;
    message.offset = static_cast<Offset>(messages.size());
    message.value = value;
    messages.push_back(message);
  }
  return messages;
}

}  // namespace

TEST_CASE("a batch of what is packed ends when it is large") {
  const config::Format format{config::Form::Json, {config::Packing::Zstd}};
  Metrics metrics;
  Refused refused;
  const ManualClock clock{WallTime()};
  StreamDecoder decoder(stream_of(format), 0, clock, refused, metrics.counter("t", "", {}));
  PackingChain packings(format.packings);
  const std::string large = '"' + std::string(40 << 20, 'x') + '"';
  std::vector<std::string> values;
  for (const std::string& json : {std::string("1"), large, std::string("2"), large, large})
    values.emplace_back(*packings.pack(json));
  values.insert(values.begin(), "{}");
  const std::vector<Message> messages = messages_of(values);
  Batch batch(decoder.schema());
  CHECK(*decoder.decode(messages, batch) == 5);
  CHECK(batch.size() == 4);
  CHECK(batch.meta(3).offset == 4);
  CHECK(batch.row(3)->as_view() == large);
  CHECK(refused.told == std::vector<std::string>{"decode@0 {}: zstd: Unknown frame descriptor"});
  batch.clear();
  CHECK(*decoder.decode(std::span(messages).subspan(5), batch) == 1);
  CHECK(batch.row(0)->as_view() == large);
}

TEST_CASE("a batch of what is not packed takes all that is given") {
  Metrics metrics;
  Refused refused;
  const ManualClock clock{WallTime()};
  StreamDecoder decoder(stream_of({}), 0, clock, refused, metrics.counter("t", "", {}));
  const std::vector<std::string> values = {"1", "no", "[2]"};
  Batch batch(decoder.schema());
  CHECK(*decoder.decode(messages_of(values), batch) == 3);
  CHECK(batch.size() == 2);
  CHECK(refused.told.size() == 1);
}
