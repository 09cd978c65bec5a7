#!/usr/bin/env bash
# A real Kafka 4.2 (KRaft) on loopback, everything under DIR.
#
#   kafka.sh start DIR [--brokers N] [--proxied]   new, or again on the same ports and data
#   kafka.sh stop DIR [NODE]           all brokers, or one (1 … N)
#   kafka.sh kill DIR [NODE]           the same with SIGKILL
#   kafka.sh restart DIR [NODE]
#
# Writes KAFKA_BROKERS to DIR/env. The properties in DIR/kafka.more, if it is there, are added to those
# of brokers that are made. With --proxied each broker has a second door for clients, which it calls
# by the port of a proxy: whoever comes in there comes back through the proxy. KAFKA_PROXIES in
# DIR/env: "proxy:broker …", ports; the proxies are the test's. Needs Java 17, kcat, and Maven the
# first time.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/stack/server.sh
source "$here/server.sh"

kafka_version=4.2.0
jars="${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/streamworker-kafka/$kafka_version"

# Copies Kafka's jars into the cache folder, once on a machine.
fetch_jars() {
  [[ -d "$jars" ]] && return
  local fresh
  mkdir -p "$(dirname "$jars")"
  fresh="$(mktemp -d "$jars.XXXXXX")"
  echo "fetching Kafka $kafka_version (Maven, once)" >&2
  mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$fresh" >&2 ||
    fail "Maven could not fetch Kafka $kafka_version"
  mv -T "$fresh" "$jars" 2>/dev/null || rm -rf "$fresh"
}

smaller() {
  echo $(($1 < $2 ? $1 : $2))
}

# One property file a broker; ports are "client controller client controller …".
# Nothing is deleted for its age: the event times of tests lie years back, and the broker would take
# away what they wrote within five minutes.
write_properties() {
  local dir="$1" node="$2" brokers="$3" voters="" i
  shift 3
  local ports=("$@")
  for ((i = 1; i <= brokers; i++)); do
    voters+="${voters:+,}$i@127.0.0.1:${ports[2 * i - 1]}"
  done
  cat >"$dir/kafka/$node.properties" <<END
process.roles=broker,controller
node.id=$node
controller.quorum.voters=$voters
listeners=PLAINTEXT://127.0.0.1:${ports[2 * node - 2]},CONTROLLER://127.0.0.1:${ports[2 * node - 1]}
controller.listener.names=CONTROLLER
log.dirs=$dir/kafka/$node
offsets.topic.num.partitions=4
offsets.topic.replication.factor=$(smaller "$brokers" 3)
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=$(smaller "$brokers" 3)
transaction.state.log.min.isr=$(smaller "$brokers" 2)
group.initial.rebalance.delay.ms=0
log.retention.ms=-1
END
  [[ ! -s "$dir/kafka-proxies.ports" ]] || write_second_door "$dir" "$node" "${ports[@]}"
  [[ ! -e "$dir/kafka.more" ]] || cat "$dir/kafka.more" >>"$dir/kafka/$node.properties"
}

# Of a property that stands twice the last one counts.
write_second_door() {
  local dir="$1" node="$2" doors plain controller
  shift 2
  local ports=("$@")
  read -ra doors <"$dir/kafka-proxies.ports"
  plain="PLAINTEXT://127.0.0.1:${ports[2 * node - 2]}"
  controller="CONTROLLER://127.0.0.1:${ports[2 * node - 1]}"
  cat >>"$dir/kafka/$node.properties" <<END
listeners=$plain,PROXIED://127.0.0.1:${doors[2 * node - 1]},$controller
advertised.listeners=$plain,PROXIED://127.0.0.1:${doors[2 * node - 2]}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT
END
}

create() {
  local dir="$1" brokers="$2" node id ports
  read -ra ports <<<"$(ports_of "$dir" kafka $((2 * brokers)))"
  mkdir -p "$dir/kafka"
  id="$(java -cp "$jars/*" kafka.tools.StorageTool random-uuid 2>/dev/null)"
  for ((node = 1; node <= brokers; node++)); do
    write_properties "$dir" "$node" "$brokers" "${ports[@]}"
    java -cp "$jars/*" kafka.tools.StorageTool format -t "$id" \
      -c "$dir/kafka/$node.properties" >>"$dir/kafka.log" 2>&1 ||
      fail "Kafka's storage could not be made; see $dir/kafka.log"
  done
  echo "$brokers" >"$dir/kafka/brokers"
}

addresses() {
  local dir="$1" ports list="" i
  read -ra ports <"$dir/kafka.ports"
  for ((i = 0; i < ${#ports[@]}; i += 2)); do
    list+="${list:+,}127.0.0.1:${ports[i]}"
  done
  echo "$list"
}

# "proxy:broker" of each broker that has a second door.
proxies() {
  local ports list="" i
  read -ra ports <"$1/kafka-proxies.ports"
  for ((i = 0; i < ${#ports[@]}; i += 2)); do
    list+="${list:+ }${ports[i]}:${ports[i + 1]}"
  done
  echo "$list"
}

nodes_of() {
  if [[ -n "${2:-}" ]]; then echo "$2"; else seq "$(cat "$1/kafka/brokers")"; fi
}

# Each broker is asked at its own address: the others may be away on purpose.
answers() {
  kcat -b "$1" -X socket.timeout.ms=1000 -m 2 -L | grep "^ *broker [0-9]* at $1" >/dev/null
}

start() {
  # As Kafka's own start script has it: with less it collects each 2 s, for up to 0.2 s.
  local dir="$1" node list
  local java=(java -Xms1g -Xmx1g -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35)
  fetch_jars
  [[ -s "$dir/kafka/brokers" ]] || create "$dir" "$2"
  # Several on one machine are to start soon and take little, rather than be fast in the end.
  [[ "$(cat "$dir/kafka/brokers")" == 1 ]] ||
    java=(java -Xms256m -Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
  IFS=, read -ra list <<<"$(addresses "$dir")"
  for node in $(nodes_of "$dir" "${3:-}"); do
    running "$dir" "kafka-$node" || launch "$dir" "kafka-$node" \
      "${java[@]}" -cp "$jars/*" kafka.Kafka "$dir/kafka/$node.properties"
  done
  for node in $(nodes_of "$dir" "${3:-}"); do
    await "$dir" "kafka-$node" 120 answers "${list[node - 1]}"
  done
  put_env "$dir" KAFKA_BROKERS "$(addresses "$dir")"
  [[ ! -s "$dir/kafka-proxies.ports" ]] || put_env "$dir" KAFKA_PROXIES "$(proxies "$dir")"
}

end() {
  local dir="$1" signal="$2" node
  [[ -s "$dir/kafka/brokers" ]] || return 0
  # All are told before any is waited for: brokers without a quorum wait long for each other.
  for node in $(nodes_of "$dir" "${3:-}"); do
    halt "$dir" "kafka-$node" "$signal" &
  done
  wait
}

main() {
  local command="${1:-}" dir brokers=1
  [[ $# -ge 2 ]] || fail "usage: kafka.sh start|stop|kill|restart DIR [NODE | --brokers N] [--proxied]"
  dir="$(folder "$2")"
  shift 2
  if [[ "${1:-}" == --brokers ]]; then
    brokers="$2"
    shift 2
  fi
  if [[ "${1:-}" == --proxied ]]; then
    ports_of "$dir" kafka-proxies $((2 * brokers)) >/dev/null
    shift
  fi
  case "$command" in
    start) start "$dir" "$brokers" "${1:-}" ;;
    stop) end "$dir" TERM "${1:-}" ;;
    kill) end "$dir" KILL "${1:-}" ;;
    restart) end "$dir" TERM "${1:-}" && start "$dir" "$brokers" "${1:-}" ;;
    *) fail "no such command: $command (start, stop, kill, restart)" ;;
  esac
}

main "$@"
