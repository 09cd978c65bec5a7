#!/usr/bin/env bash
# Every test of the project, on real servers, from a machine that may have nothing installed.
#
#   tests/run.sh              lint, asan, tsan, release: everything
#   tests/run.sh NAME…        only these: lint, dev, asan, tsan, release
#
# Installs what is missing, starts Kafka, MariaDB and PostgreSQL once in a temporary folder, and
# for each name configures, builds and runs ctest. Ends with what ran, how long it took, and ctest's
# own closing lines. What runs where, and why: tests/README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=""
rows=()    # what ran: "name seconds result"
failed=()  # the ctest runs that did not pass
passed=()

clean_up() {
  [[ -n "$scratch" ]] || return 0
  tests/stack/stack.sh stop "$scratch/servers" || true
  rm -rf "$scratch"
}

# Runs a step, passes its output on, keeps it in a file and its time in the table.
step() {
  local name="$1" log="$scratch/${1// /-}.log" began=$SECONDS result=ok
  shift
  echo "== $name"
  "$@" 2>&1 | tee "$log" || result=FAILED
  rows+=("$(printf '%-22s %5d s  %s' "$name" $((SECONDS - began)) "$result")")
  [[ "$result" == ok ]]
}

# Address space randomization of newer kernels is too wide for gcc 12's sanitizers; where it may be
# switched off, it is.
plainly() {
  if setarch -R true 2>/dev/null; then setarch -R "$@"; else "$@"; fi
}

run_ctest() {
  if step "$1 ctest" plainly ctest --preset "$1"; then passed+=("$1"); else failed+=("$1"); fi
}

# lint needs the compile commands of the dev preset, not its executables.
run_preset() {
  if [[ "$1" == lint ]]; then
    step "lint configure" cmake --preset dev || return 1
  else
    step "$1 configure" cmake --preset "$1" || return 1
    step "$1 build" cmake --build --preset "$1" -j2 || return 1
  fi
  run_ctest "$1"
}

start_servers() {
  tests/stack/stack.sh start "$scratch/servers"
}

# ctest's last lines of one run: from "…% tests passed" on.
closing_lines() {
  echo "-- ctest --preset $1"
  sed -n '/tests passed, /,$p' "$scratch/$1-ctest.log"
}

report() {
  local name
  printf '\n== what ran (%d min %02d s)\n' $((SECONDS / 60)) $((SECONDS % 60))
  printf '%s\n' "${rows[@]}"
  echo
  for name in ${passed[@]+"${passed[@]}"} ${failed[@]+"${failed[@]}"}; do
    closing_lines "$name"
  done
  [[ ${#failed[@]} == 0 ]]
}

run_all() {
  local name
  step "servers" start_servers || return 1
  eval "$(tests/stack/stack.sh env "$scratch/servers")"
  export STREAMWORKER_SERVERS=required
  for name in "$@"; do
    # What does not build here does not build with the next preset either.
    run_preset "$name" || return 1
  done
}

main() {
  local name complete=yes
  for name in "$@"; do
    [[ "$name" =~ ^(lint|dev|asan|tsan|release)$ ]] || {
      echo "usage: tests/run.sh [lint] [dev] [asan] [tsan] [release]" >&2
      exit 2
    }
  done
  [[ $# -gt 0 ]] || set -- lint asan tsan release
  deploy/install-deps.sh test
  scratch="$(mktemp -d "${TMPDIR:-/tmp}/streamworker-tests.XXXXXX")"
  chmod a+x "$scratch" # PostgreSQL, which does not run as root, has to pass
  trap clean_up EXIT
  trap 'exit 130' INT TERM
  run_all "$@" || complete=no
  report && [[ "$complete" == yes ]]
}

main "$@"
