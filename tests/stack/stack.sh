#!/usr/bin/env bash
# The real servers of the tests, on loopback and free ports, everything under DIR.
#
#   stack.sh start DIR [kafka mariadb postgres]   all three when none is named
#   stack.sh stop DIR                             all that run; the data stays
#   stack.sh env DIR                              lines for: eval "$(stack.sh env DIR)"
#
# start on a DIR of before uses its ports and data again.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

usage() {
  echo 'usage: stack.sh start DIR [kafka mariadb postgres] | stop DIR | env DIR' >&2
  exit 2
}

start() {
  local dir="$1" name
  shift
  [[ $# -gt 0 ]] || set -- kafka mariadb postgres
  for name in "$@"; do
    "$here/$name.sh" start "$dir"
  done
}

stop() {
  local name
  [[ -d "$1" ]] || return 0
  for name in postgres mariadb kafka; do
    "$here/$name.sh" stop "$1" &
  done
  wait
}

main() {
  local command="${1:-}" dir="${2:-}"
  [[ -n "$dir" ]] || usage
  shift 2
  case "$command" in
    start) start "$dir" "$@" ;;
    stop) stop "$dir" ;;
    env) sed -E "s/^([A-Z_]+)=(.*)$/export \1='\2'/" "$dir/env" ;;
    *) usage ;;
  esac
}

main "$@"
