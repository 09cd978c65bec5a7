#include "sink/log_sink.h"

#include <algorithm>

#include "unit/catch.h"
#include "unit/written.h"

namespace streamworker {
namespace {

TEST_CASE("what a pipeline prints is each written, equal or not") {
  const auto out = written_by([] {
    for (int i = 0; i < 3; ++i) LogSink::to_log(log::Level::Info, "a has spent 3 so far.");
  });
  CHECK(std::count(out.text.begin(), out.text.end(), '\n') == 3);
}

}  // namespace
}  // namespace streamworker
