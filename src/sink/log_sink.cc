#include "sink/log_sink.h"

#include "record/field_text.h"

namespace streamworker {

LogSink::LogSink(std::string name, const Schema& in, std::optional<sql::Expressions> text,
                 log::Level level, std::string topic, Print to, BadRecords& bad)
    : Output(std::move(name)),
      encoder_(in),
      text_(std::move(text)),
      level_(level),
      topic_(std::move(topic)),
      print_(std::move(to)),
      bad_(bad) {}

void LogSink::to_log(log::Level level, std::string_view line) {
  log::write(level, "record", line, log::Repeats::Keep);
}

Result<void> LogSink::process(const Batch& batch) {
  if (!log::enabled(level_, "record")) return {};
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    if (skips(meta)) continue;
    if (auto printed = write(batch.row(i), meta); !printed)
      if (auto taken = bad_.take(meta, "sink", printed.error().message); !taken) return taken;
  }
  return {};
}

Result<void> LogSink::write(const Value* row, const Meta& meta) {
  line_.clear();
  if (text_) {
    arena_.reset();
    Value value;
    if (auto made = text_->run(row, meta, arena_, &value); !made) return made.error();
    const FieldText plain(text_->schema()[0]);
    if (!plain.append_plain(value, line_)) return skip("the line is no finite number");
  } else {
    const FieldText time(Field{"", {Type::Timestamp}, false, "iso", "UTC"});
    line_ = fmt::format("{}[{}]@{} key={} ", topic_, meta.partition, meta.offset,
                        meta.key.value_or("null"));
    const auto micros = std::chrono::duration_cast<Duration>(meta.timestamp.time_since_epoch());
    (void)time.append_plain(Value::of_timestamp(micros.count()), line_);
    line_ += ' ';
    if (auto encoded = encoder_.append(row, line_); !encoded) return encoded;
  }
  print_(level_, line_);
  return {};
}

}  // namespace streamworker
