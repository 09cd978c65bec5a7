#include "runtime/reset_plan.h"

#include "config/parse.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

// In one line: tables / outputs that send again / sources / sinks; or why not.
std::string reset(const std::string& yaml, const std::string& table) {
  const config::File file = config::parse_text(
      "app: x\ndatabases: {db: {url: \"sqlite:///tmp.db\"}}\n"
      "streams:\n"
      "  a: {schema: {id: string, t: string, n: int}, key: id}\n"
      "  b: {schema: {id: string, t: string, n: int}}\n" +
          yaml,
      "x.yaml");
  const Plan plan = compile(file);
  const auto what = plan_reset(plan, table);
  if (!what) return what.error().message;
  std::string out;
  for (const auto& [s, n] : what->tables) out += plan.stages[s].nodes[n].pipeline + " ";
  out += "/ ";
  for (const auto& [s, names] : what->resent)
    for (const std::string& name : names) out += plan.stages[s].name + ":" + name + " ";
  out += "/ ";
  for (const size_t s : what->sources) out += plan.stages[s].name + " ";
  out += "/ ";
  for (const std::string& one : what->told) out += one + "; ";
  return out;
}

TEST_CASE("a table that reads its source's key is read from there, alone") {
  const char* file =
      "pipelines: {p: {from: a, sink: {topic: copy}}}\n"
      "tables:\n"
      "  t: {from: a, key: id, columns: {n: count(*)}, sink: {topic: out}}\n"
      "  u: {from: a, key: id, columns: {n: count(*)}}\n";
  CHECK(reset(file, "t") == "t / / a / topic out; ");
  CHECK(reset(file, "u") == "u / / a / ");
  CHECK(reset(file, "v") == "no table of the file is called v");
}

TEST_CASE("what leads to a table is sent again") {
  CHECK(reset("tables:\n"
              "  t: {from: b, key: id, columns: {n: count(*)}}\n"
              "  u: {from: b, key: id, columns: {n: count(*)}}\n",
              "t") == "t / b:t-repartition / b / ");
  CHECK(reset("pipelines: {p: {from: [a, b]}}\n"
              "tables: {t: {from: p, key: t, columns: {n: count(*)}}}\n",
              "t") == "t / a:t-repartition b:t-repartition / a b / ");
  CHECK(reset("pipelines: {p: {from: b, partition_key: t}}\n"
              "tables: {t: {from: p, key: id, columns: {n: count(*)}}}\n",
              "t") == "t / b:p-repartition p:t-repartition / b / ");
}

TEST_CASE("tables that read it are built again, and sinks are told again") {
  const char* file =
      "tables:\n"
      "  t: {from: b, key: id, columns: {n: count(*)}, sink: {database: db, table: T, upsert: "
      "[id]}}\n"
      "  u: {from: t, key: n, columns: {m: count(*)}, sink: {topic: out}}\n"
      "  v: {from: u, key: m, columns: {k: count(*)}, sink: {log: true}}\n";
  CHECK(reset(file, "t") ==
        "t u v / b:t-repartition / b / database db, table T; the log, by v; topic out; ");
  CHECK(reset(file, "v") == reset(file, "t"));
}

TEST_CASE("a table that it reads is built again, too") {
  const char* file =
      "tables:\n"
      "  t: {from: a, key: id, columns: {n: count(*)}}\n"
      "  u: {from: t, key: n, columns: {m: count(*)}}\n";
  CHECK(reset(file, "u") == "t u / / a / ");
}

TEST_CASE("records that something else would take twice are not sent again") {
  const char* file =
      "pipelines: {p: {from: b, partition_key: t, sink: {topic: copy}}}\n"
      "tables:\n"
      "  t: {from: p, key: t, columns: {n: count(*)}}\n"
      "  u: {from: p, key: t, columns: {n: count(*)}}\n";
  const std::string why = reset(file, "t");
  CHECK(why.find("x-p-repartition") != std::string::npos);
  CHECK(why.find("would take them twice") != std::string::npos);
}

}  // namespace
}  // namespace streamworker
