#!/usr/bin/env bash
# Installs what is missing of what streamworker needs, from the distribution's own packages
# (Debian 12, Debian 13, Ubuntu 24.04), and says so in one line; says nothing when all is there.
#
#   deploy/install-deps.sh build    to build the executable (the default)
#   deploy/install-deps.sh test     build, and what tests/run.sh needs: servers, clients, linters
#   deploy/install-deps.sh bench    test, and what tests/bench/run.sh needs
#
# Works as root, or through sudo. Starts no service.
set -euo pipefail

build_packages=(
  g++ cmake ninja-build ccache lld pkg-config tzdata
  librdkafka-dev rapidjson-dev libmariadb-dev libyaml-cpp-dev libsqlite3-dev
  librocksdb-dev libsnappy-dev zlib1g-dev libbz2-dev liblz4-dev libzstd-dev libgflags-dev
  libcpp-httplib-dev libssl-dev libbrotli-dev
  libfmt-dev libspdlog-dev prometheus-cpp-dev libcli11-dev libhowardhinnant-date-dev catch2
  sqlite3
)
test_packages=(
  maven mariadb-server postgresql kcat procps strace util-linux
  python3 python3-confluent-kafka python3-pymysql
)
# The linters judge by one version, whatever the distribution's default is; Debian 13 has it no
# more, and there the tests that need it say so and are skipped.
lint_packages=(clang-format-14 clang-tidy-14)
bench_packages=(libsimdjson-dev)
profiler_packages=(linux-perf valgrind) # where the distribution has them

installed() {
  [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

known() {
  [[ -n "$(apt-cache madison "$1" 2>/dev/null)" ]]
}

# Java 17 or newer, from wherever it is.
has_java() {
  local version
  version="$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)"
  [[ -n "$version" && "$version" -ge 17 ]]
}

missing_of() {
  local package
  for package in "$@"; do
    installed "$package" || echo "$package"
  done
}

as_root() {
  if [[ "$(id -u)" == 0 ]]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    echo "install-deps: needs root or sudo to run: $*" >&2
    return 1
  fi
}

# Runs quietly; what it printed is shown only when it fails.
quietly() {
  local output
  if ! output="$("$@" 2>&1)"; then
    printf '%s\n' "$output" | tail -n 30 >&2
    return 1
  fi
}

# Debian starts a server when its package is installed, unless this file says no. One that is there
# already is somebody else's decision and stays.
policy=/usr/sbin/policy-rc.d
policy_is_ours=no

forbid_services() {
  [[ -e "$policy" ]] && return
  policy_is_ours=yes
  as_root sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy"
}

allow_services() {
  [[ "$policy_is_ours" == no ]] || as_root rm -f "$policy"
}

check_known() {
  local package
  local unknown=()
  for package in "$@"; do
    known "$package" || unknown+=("$package")
  done
  [[ ${#unknown[@]} == 0 ]] && return
  echo "install-deps: apt does not know: ${unknown[*]}" >&2
  echo "  Debian 12, Debian 13 and Ubuntu 24.04 have them; on Ubuntu the component" \
    "'universe' must be enabled in the apt sources" >&2
  return 1
}

# Sets `wanted` (must be there) and `optional` (where the distribution has it).
choose() {
  wanted=("${build_packages[@]}")
  optional=()
  case "$1" in
    build) return ;;
    test) ;;
    bench)
      wanted+=("${bench_packages[@]}")
      optional+=("${profiler_packages[@]}")
      ;;
    *)
      echo "usage: deploy/install-deps.sh [build|test|bench]" >&2
      return 2
      ;;
  esac
  wanted+=("${test_packages[@]}")
  optional+=("${lint_packages[@]}")
  has_java || wanted+=(default-jre-headless)
}

main() {
  local wanted optional missing package
  choose "${1:-build}"
  mapfile -t missing < <(missing_of "${wanted[@]}")
  mapfile -t optional < <(missing_of ${optional[@]+"${optional[@]}"})
  if [[ ${#missing[@]} == 0 && ${#optional[@]} == 0 ]]; then
    return
  fi
  # What only some distributions have is no reason to ask for news each time.
  if [[ ${#missing[@]} != 0 ]] || ! known g++; then
    quietly as_root apt-get update -q
  fi
  for package in ${optional[@]+"${optional[@]}"}; do
    if known "$package"; then missing+=("$package"); fi
  done
  if [[ ${#missing[@]} == 0 ]]; then
    return
  fi
  check_known "${missing[@]}"
  echo "installing what is missing: ${missing[*]} (packages)"
  trap allow_services EXIT
  forbid_services
  quietly as_root apt-get install -q -y --no-install-recommends "${missing[@]}"
}

main "$@"
