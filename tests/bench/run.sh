#!/usr/bin/env bash
# Measures a job: this worker, the same by hand, and Kafka Streams, in turn on the same servers.
#
#   tests/bench/run.sh filter_map|mysql_upsert|keyed_aggregate|tumbling|hopping [--runs 5]
#     [--records N] [--keys N] [--only worker,limit,kstreams,faust] [--also path=value]
#   tests/bench/run.sh latency [--records 200]
#   tests/bench/run.sh stream_latency [--rate 50000] [--seconds 30] [--runs 5]
#   tests/bench/run.sh restore|point_query [--runs 5] [--keys 1000000]
#   tests/bench/run.sh rebalance [--runs 3] [--keys 1000000] [--partitions 12] [--rate 5000]
#   tests/bench/run.sh soak [--minutes 30] [--keys 5000000] [--memory 256MiB] [--rate 20000]
#
# Uses the servers of KAFKA_BROKERS and MYSQL_PORT when they are set, else starts its own in a
# temporary folder. STREAMWORKER names an executable to measure, else the release build is made.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
top="$(cd "$here/../.." && pwd)"
build="$top/build/bench"

install_packages() {
  local missing=() sudo=()
  "$top/deploy/install-deps.sh" bench
  [[ -e /usr/include/simdjson.h ]] || missing+=(libsimdjson-dev)
  command -v javac >/dev/null || missing+=(default-jdk-headless)
  if [[ ${#missing[@]} == 0 ]]; then return; fi
  echo "installing ${missing[*]}"
  [[ "$(id -u)" == 0 ]] || sudo=(sudo)
  "${sudo[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
}

build_worker() {
  if [[ -n "${STREAMWORKER:-}" ]]; then return; fi
  STREAMWORKER="$top/build/release/streamworker"
  cmake -S "$top" --preset release >/dev/null
  cmake --build "$top/build/release" --target streamworker
}

build_programs() {
  cmake -S "$here" -B "$build" -G Ninja >/dev/null
  cmake --build "$build"
  if [[ ! -e "$build/kstreams/lib" ]]; then
    mvn -q -B -f "$here/kstreams/pom.xml" dependency:copy-dependencies \
      -DoutputDirectory="$build/kstreams/lib.new"
    mv "$build/kstreams/lib.new" "$build/kstreams/lib"
  fi
  javac -cp "$build/kstreams/lib/*" -d "$build/kstreams/classes" \
    "$here"/kstreams/src/main/java/bench/*.java
}

# Faust and what it needs, as it was when the figures of README.md were taken.
install_faust() {
  if [[ -e "$build/faust/done" ]]; then return; fi
  python3 -m venv "$build/faust"
  "$build/faust/bin/pip" install -q 'faust-streaming[fast]==0.15.3' 'rocksdict==0.3.29' \
    'aiokafka[lz4]==0.14.0' 'uvloop==0.23.0'
  touch "$build/faust/done"
}

start_servers() {
  if [[ -n "${KAFKA_BROKERS:-}" ]]; then return; fi
  servers="$(mktemp -d "${TMPDIR:-/tmp}/bench-stack-XXXXXX")"
  trap '"$top/tests/stack/stack.sh" stop "$servers"; rm -rf "$servers"' EXIT
  "$top/tests/stack/stack.sh" start "$servers" kafka mariadb
  set -a
  # shellcheck disable=SC1091
  source "$servers/env"
  set +a
}

main() {
  local job="${1:-}" faust=0
  case "$job" in
    filter_map | mysql_upsert) set -- "$here/bench.py" "$@" ;;
    keyed_aggregate | tumbling | hopping)
      set -- "$here/bench.py" "$@"
      faust=1
      ;;
    latency | stream_latency | restore | point_query | rebalance | soak)
      shift
      set -- "$here/$job.py" "$@"
      ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 64 ;;
  esac
  install_packages
  build_worker
  build_programs
  if [[ $faust == 1 ]]; then install_faust; fi
  start_servers
  /usr/bin/python3 -B "$@" --binary "$STREAMWORKER" --build "$build"
}

main "$@"
