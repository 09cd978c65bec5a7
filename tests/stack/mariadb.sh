#!/usr/bin/env bash
# A real MariaDB on loopback, everything under DIR; user root, no password.
#
#   mariadb.sh start DIR    new, or again on the same port and data
#   mariadb.sh stop DIR
#   mariadb.sh kill DIR     with SIGKILL
#   mariadb.sh restart DIR
#
# Writes MYSQL_PORT, MYSQL_SOCKET and MYSQL_USER to DIR/env.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/stack/server.sh
source "$here/server.sh"

create() {
  mariadb-install-db --no-defaults --datadir="$1/mariadb" --auth-root-authentication-method=normal \
    --skip-test-db >>"$1/mariadb.log" 2>&1 ||
    fail "MariaDB's data could not be made; see $1/mariadb.log"
  touch "$1/mariadb.made"
}

answers() {
  mariadb --no-defaults --protocol=tcp -h 127.0.0.1 -P "$1" -u root -e 'SELECT 1'
}

start() {
  local dir="$1" port user=()
  [[ ${#dir} -lt 90 ]] || fail "$dir is too long a path for a socket (107 bytes): take another"
  [[ -e "$dir/mariadb.made" ]] || create "$dir"
  port="$(ports_of "$dir" mariadb 1)"
  if [[ "$(id -u)" == 0 ]]; then user=(--user=root); fi
  running "$dir" mariadb || launch "$dir" mariadb mariadbd --no-defaults "${user[@]}" \
    --datadir="$dir/mariadb" --socket="$dir/mariadb.sock" --pid-file="$dir/mariadb/pid" \
    --port="$port" --bind-address=127.0.0.1
  await "$dir" mariadb 60 answers "$port"
  put_env "$dir" MYSQL_PORT "$port"
  put_env "$dir" MYSQL_SOCKET "$dir/mariadb.sock"
  put_env "$dir" MYSQL_USER root
}

main() {
  local command="${1:-}" dir
  [[ $# == 2 ]] || fail "usage: mariadb.sh start|stop|kill|restart DIR"
  dir="$(folder "$2")"
  case "$command" in
    start) start "$dir" ;;
    stop) halt "$dir" mariadb TERM ;;
    kill) halt "$dir" mariadb KILL ;;
    restart) halt "$dir" mariadb TERM && start "$dir" ;;
    *) fail "no such command: $command (start, stop, kill, restart)" ;;
  esac
}

main "$@"
