#!/usr/bin/env bash
# From nothing to a running pipeline: installs what is missing, builds the release, runs
# config/quickstart.yaml (no server: classifieds on the embedded log into a SQLite file) and shows the
# rows as they come.
#
#   deploy/quickstart.sh [--for 20s]
#   deploy/quickstart.sh purchases|clickevents|player_stats [--for 20s]    # config/<name>.yaml instead
#
# Everything it makes lies in quickstart/ in the folder it is called from; a second run goes on there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$PWD/quickstart
limit=
job=quickstart

usage() {
  echo "usage: deploy/quickstart.sh [purchases|clickevents|player_stats] [--for 20s]" >&2
  exit 64
}

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      --for)
        [ $# -ge 2 ] || usage
        limit=$2
        shift 2
        ;;
      purchases | clickevents | player_stats)
        job=$1
        shift
        ;;
      *) usage ;;
    esac
  done
}

# One line that rewrites itself on a terminal; elsewhere the last one alone.
build() {
  echo "building release (2 of 2)"
  cmake -S "$root" --preset release >"$folder/build.log" 2>&1 || fail_build
  if [ -t 1 ]; then
    cmake --build "$root/build/release" --target streamworker 2>&1 | tee -a "$folder/build.log" |
      awk 'match($0, /^\[[0-9]+\/[0-9]+\]/) { printf "\r\033[K  %s", substr($0, RSTART + 1, RLENGTH - 2); fflush() } END { printf "\r\033[K" }'
  else
    cmake --build "$root/build/release" --target streamworker >>"$folder/build.log" 2>&1 || fail_build
  fi
}

fail_build() {
  tail -n 30 "$folder/build.log" >&2
  echo "the build failed; the whole log: $folder/build.log" >&2
  exit 1
}

rows() {
  [ -f "$folder/quickstart.db" ] || return 0
  sqlite3 -readonly -cmd ".timeout 2000" -separator ' ' "$folder/quickstart.db" \
    "SELECT printf('%-10s %5d  %s', ad_type, count(*), substr(max(created_at), 1, 19))
       FROM Classifieds GROUP BY ad_type ORDER BY ad_type" 2>/dev/null || return 0
}

# The table each second until the worker ends; on a terminal in its place.
watch() {
  local worker=$1 shown=0 table
  while kill -0 "$worker" 2>/dev/null; do
    table=$(rows)
    if [ -t 1 ] && [ "$shown" -gt 0 ]; then printf '\033[%dA' "$shown"; fi
    if [ -n "$table" ] && { [ -t 1 ] || [ $((SECONDS % 5)) -eq 0 ]; }; then
      printf 'ad_type     rows  last\n%s\n' "$table"
      shown=$(($(wc -l <<<"$table") + 1))
    fi
    sleep 1 # the pace of the display
  done
}

run() {
  cp "$root/config/quickstart.yaml" "$folder/quickstart.yaml"
  cd "$folder"
  echo "running config/quickstart.yaml: 50 classifieds/s on the embedded log → SQLite ($folder/quickstart.db)"
  echo "look at http://127.0.0.1:6066/pipelines · /metrics · sqlite3 quickstart.db 'select * from Classifieds'"
  echo
  "$root/build/release/streamworker" -c quickstart.yaml ${limit:+--for "$limit"} 2>worker.log &
  local worker=$! status=0
  trap 'kill -TERM "$worker" 2>/dev/null || true' INT TERM
  watch "$worker"
  wait "$worker" || status=$?
  [ "$status" -eq 0 ] || tail -n 20 worker.log >&2
  echo
  echo "what the worker said: $folder/worker.log"
  exit "$status"
}

# A file with a sample: some made records on the embedded log, then its worker, which prints them.
run_sample() {
  local stream=$job binary=$root/build/release/streamworker
  [ "$job" = player_stats ] && stream=games
  cp "$root/config/$job.yaml" "$folder/$job.yaml"
  cd "$folder"
  "$binary" produce -c "$job.yaml" "$stream" --count 100 --brokers embedded
  echo "running config/$job.yaml on the embedded log; look at http://127.0.0.1:6066/tables"
  exec "$binary" -c "$job.yaml" --brokers embedded ${limit:+--for "$limit"}
}

parse "$@"
mkdir -p "$folder"
bash "$root/deploy/install-deps.sh" build
build
if [ "$job" = quickstart ]; then run; else run_sample; fi
