#!/usr/bin/env bash
# need.sh SERVER… -- COMMAND…: runs a test that needs servers (kafka, mariadb, postgres).
#
# They are found in the environment (stack.sh env). One that is not there: the test is skipped
# (exit 77), or fails when STREAMWORKER_SERVERS=required, as tests/run.sh has it.
set -euo pipefail

variable_of() {
  case "$1" in
    kafka) echo KAFKA_BROKERS ;;
    mariadb) echo MYSQL_PORT ;;
    postgres) echo PG_PORT ;;
    *)
      echo "need.sh: no such server: $1 (kafka, mariadb, postgres)" >&2
      return 1
      ;;
  esac
}

missing=()
while [[ $# -gt 0 && "$1" != -- ]]; do
  variable="$(variable_of "$1")"
  [[ -n "${!variable:-}" ]] || missing+=("$1 ($variable)")
  shift
done
shift

if [[ ${#missing[@]} != 0 ]]; then
  cat <<END
needs a server that is not there: ${missing[*]}
to start one: tests/stack/stack.sh start DIR && eval "\$(tests/stack/stack.sh env DIR)"
END
  if [[ "${STREAMWORKER_SERVERS:-}" == required ]]; then exit 1; fi
  exit 77
fi
exec "$@"
