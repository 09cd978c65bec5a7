// What is packed, in a task.
#include "codec/packing_chain.h"
#include "unit/catch.h"
#include "unit/runtime/harness.h"

namespace streamworker {
namespace {

const std::string kYaml =
    "streams:\n"
    "  data: {schema: {id: string, n: int}, format: json|gzip}\n"
    "pipelines:\n"
    "  copy: {from: data, sink: {topic: out, format: csv}}\n";

std::string gzip(const std::string& text) {
  PackingChain packings({config::Packing::Gzip});
  return std::string(*packings.pack(text));
}

TEST_CASE("packed records become far larger than what was fetched, and all are taken in order") {
  Harness harness(
      "streams:\n"
      "  data: {schema: {id: int, pad: string}, format: json|gzip}\n"
      "pipelines:\n"
      "  sizes: {from: data, select: {id: id, size: length(pad)}, sink: {topic: out}}\n");
  const std::string pad(40 << 20, 'x');
  for (int i = 0; i < 5; ++i)
    harness.produce("data", 0, "k",
                    gzip(R"({"id":)" + std::to_string(i) + R"(,"pad":")" + pad + "\"}"));
  harness.produce("data", 0, "k", gzip(R"({"id":5,"pad":""})"));
  harness.pass();
  CHECK(harness.topic("out") ==
        std::vector<std::string>{R"(k={"id":0,"size":41943040})", R"(k={"id":1,"size":41943040})",
                                 R"(k={"id":2,"size":41943040})", R"(k={"id":3,"size":41943040})",
                                 R"(k={"id":4,"size":41943040})", R"(k={"id":5,"size":0})"});
  CHECK(harness.letters().empty());
}

TEST_CASE("a packed record that was refused is replayed as it was") {
  Harness harness(kYaml);
  harness.produce("data", 0, "a", gzip(R"({"id":"a","n":"1"})"));
  harness.produce("data", 0, "b", gzip(record(2)));
  harness.produce("data", 0, "c", "{}");
  harness.pass();
  CHECK(harness.topic("out") == std::vector<std::string>{"b=2,2"});
  CHECK(harness.letters().size() == 2);
  std::string loose = kYaml;
  loose.replace(loose.find("n: int"), 6, "n: {type: int, coerce: true}");
  harness.restart(loose);
  CHECK(harness.replay_letters() == 2);
  harness.pass();
  CHECK(harness.topic("out") == std::vector<std::string>{"b=2,2", "a=a,1"});
  CHECK(harness.letters() ==
        std::vector<std::string>{"data[0]@4 decode of : gzip: incorrect header check"});
}

}  // namespace
}  // namespace streamworker
