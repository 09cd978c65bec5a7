#!/usr/bin/env bash
# A real PostgreSQL on loopback, everything under DIR; user postgres, no password.
#
#   postgres.sh start DIR    new, or again on the same port and data
#   postgres.sh stop DIR
#   postgres.sh kill DIR     with SIGKILL
#   postgres.sh restart DIR
#
# Writes PG_PORT and PG_USER to DIR/env. PostgreSQL refuses to run as root: started by
# root, it runs as the user postgres, who must be able to reach DIR.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/stack/server.sh
source "$here/server.sh"

# Sets `as`, the words before a command that make it run as somebody PostgreSQL accepts.
choose_user() {
  as=()
  [[ "$(id -u)" != 0 ]] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
}

find_programs() {
  local found
  found="$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 2>/dev/null | sort -V | tail -n 1)"
  [[ -x "$found/bin/initdb" ]] || fail "PostgreSQL is not installed (deploy/install-deps.sh test)"
  echo "$found/bin"
}

create() {
  local dir="$1" programs="$2"
  mkdir -p "$dir/postgres"
  if [[ "$(id -u)" == 0 ]]; then
    chmod a+x "$dir"
    chown postgres:postgres "$dir/postgres"
    "${as[@]}" test -x "$dir/postgres" ||
      fail "the user postgres cannot reach $dir: its parent folders must be open to all (chmod a+x)"
  fi
  (cd "$dir/postgres" && "${as[@]}" "$programs/initdb" -D "$dir/postgres" -A trust -U postgres \
    --encoding=UTF8 --locale=C) >>"$dir/postgres.log" 2>&1 ||
    fail "PostgreSQL's data could not be made; see $dir/postgres.log"
  touch "$dir/postgres.made"
}

start() {
  local dir="$1" programs port as
  programs="$(find_programs)"
  choose_user
  [[ -e "$dir/postgres.made" ]] || create "$dir" "$programs"
  port="$(ports_of "$dir" postgres 1)"
  running "$dir" postgres || launch "$dir" postgres "${as[@]}" "$programs/postgres" \
    -D "$dir/postgres" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories=
  await "$dir" postgres 60 "$programs/pg_isready" -q -h 127.0.0.1 -p "$port"
  put_env "$dir" PG_PORT "$port"
  put_env "$dir" PG_USER postgres
}

main() {
  local command="${1:-}" dir
  [[ $# == 2 ]] || fail "usage: postgres.sh start|stop|kill|restart DIR"
  dir="$(folder "$2")"
  case "$command" in
    start) start "$dir" ;;
    # SIGINT is PostgreSQL's "fast" stop; SIGTERM would wait for clients to leave by themselves.
    stop) halt "$dir" postgres INT ;;
    kill) halt "$dir" postgres KILL ;;
    restart) halt "$dir" postgres INT && start "$dir" ;;
    *) fail "no such command: $command (start, stop, kill, restart)" ;;
  esac
}

main "$@"
