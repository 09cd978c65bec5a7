# What a server of the stack is: a folder, ports that stay its own, a recorded process, and a wait
# with a deadline. Sourced by kafka.sh, mariadb.sh and postgres.sh.
#
#   DIR/env          lines NAME=value, what tests read (each script keeps its own lines)
#   DIR/NAME.pid     the process; DIR/NAME.log what it says; DIR/NAME.ports the ports it keeps
# shellcheck shell=bash

PATH="$PATH:/usr/sbin:/sbin"

fail() {
  echo "stack: $*" >&2
  exit 1
}

# Prints N free loopback ports. They lie below the range from which the kernel takes the ports of
# outgoing connections: a client that reconnects all the time cannot take the port of a server that
# is away for a moment.
free_ports() {
  local wanted="$1" port
  local -A found=()
  while [[ ${#found[@]} -lt "$wanted" ]]; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || found[$port]=1
  done
  echo "${!found[@]}"
}

# The ports of server NAME in DIR: chosen once, the same on each later start.
ports_of() {
  local dir="$1" name="$2" wanted="$3"
  [[ -s "$dir/$name.ports" ]] || free_ports "$wanted" >"$dir/$name.ports"
  cat "$dir/$name.ports"
}

put_env() {
  local dir="$1" name="$2" value="$3"
  [[ -e "$dir/env" ]] || echo "STREAMWORKER_STACK=$dir" >"$dir/env"
  { grep -v "^$name=" "$dir/env" || true; echo "$name=$value"; } >"$dir/env.new"
  mv "$dir/env.new" "$dir/env"
}

# A pid counts only while it is still the process that was started (a pid is used again some day).
running() {
  local pid born
  [[ -s "$1/$2.pid" ]] || return 1
  read -r pid born <"$1/$2.pid"
  [[ "$(birth_of "$pid")" == "$born" ]]
}

# When a process began, in clock ticks since boot; nothing when it is gone or only a zombie.
birth_of() {
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" {print $20}'
}

# launch DIR NAME command…: in the background, in a session of its own (Ctrl-C is not for it).
launch() {
  local dir="$1" name="$2"
  shift 2
  setsid "$@" </dev/null >>"$dir/$name.log" 2>&1 &
  echo "$! $(birth_of $!)" >"$dir/$name.pid"
}

# await DIR NAME SECONDS check…: until the check succeeds; says what it waited for.
await() {
  local dir="$1" name="$2" seconds="$3" began=$SECONDS
  shift 3
  until "$@" >/dev/null 2>&1; do
    running "$dir" "$name" || fail "$name ended while starting; last lines of $dir/$name.log:
$(tail -n 20 "$dir/$name.log")"
    [[ $((SECONDS - began)) -lt "$seconds" ]] ||
      fail "$name did not answer within $seconds s (waited for: $*); see $dir/$name.log"
    sleep 0.1
  done
  echo "$name answers after $((SECONDS - began)) s ($*)" >&2
}

# halt DIR NAME SIGNAL [SECONDS]: waits until it is gone; past the deadline, SIGKILL.
halt() {
  local dir="$1" name="$2" signal="$3" seconds="${4:-30}" began=$SECONDS pid
  running "$dir" "$name" || return 0
  read -r pid _ <"$dir/$name.pid"
  kill -s "$signal" "$pid"
  while running "$dir" "$name"; do
    if [[ $((SECONDS - began)) -ge "$seconds" ]]; then
      echo "stack: $name did not end within $seconds s: killed" >&2
      kill -s KILL "$pid"
      began=$SECONDS
    fi
    sleep 0.05
  done
  rm -f "$dir/$name.pid"
}

folder() {
  mkdir -p "$1"
  (cd "$1" && pwd)
}
