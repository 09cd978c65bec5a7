// limit JOB name=value…: a benchmark's job written by hand around librdkafka, one thread, as fast
// as it goes on this machine. No stream processor: fixed partitions, no transactions, no bad
// records.
//
//   limit filter_map   brokers= in= out= app= records=
//   limit keyed_aggregate|tumbling  brokers= in= out= app= records= state=
//   limit mysql_upsert brokers= in= app= records= port= database= batch=
#include "limit.h"

#include <string>

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  const std::string job = argc > 1 ? argv[1] : "";
  if (job == "filter_map") {
    bench::run_filter_map(arguments);
  }
  if (job == "mysql_upsert") {
    bench::run_mysql_upsert(arguments);
  }
  if (job == "keyed_aggregate" || job == "tumbling") {
    bench::run_table(arguments, job == "tumbling");
  }
  bench::give_up("unknown job \"" + job + "\"");
}
