# shellcheck shell=bash
# Docker's daemon as an ordinary process, where no service manager starts one; its data lies in the folder.
DOCKER_PID=/run/docker.pid

docker_answers() { docker info >/dev/null 2>&1; }

start_docker() {
  local confined=()
  docker_answers && return
  [ -x "$(command -v dockerd)" ] || fail 'There is no dockerd: apt-get install docker.io'
  if ((16#$(sed -n 's/^CapBnd:\s*//p' /proc/self/status) & 1 << 24)); then :; else
    confined=(--add-runtime "nocap=$BIN/runc-nocap" --default-runtime nocap)
  fi
  nohup dockerd --data-root "$FOLDER/docker" --exec-root /run/docker --pidfile "$DOCKER_PID" \
    --default-cgroupns-mode private --log-level warn "${confined[@]}" >"$FOLDER/dockerd.log" 2>&1 </dev/null &
  disown
  for _ in $(seq 120); do
    docker_answers && return
    sleep 0.5
  done
  tail -20 "$FOLDER/dockerd.log" >&2
  fail 'dockerd does not answer.'
}

# Only the one that has its data here.
stop_docker() {
  local pid
  pid=$(cat "$DOCKER_PID" 2>/dev/null) || return 0
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "--data-root $FOLDER/docker " || return 0
  kill "$pid"
  for _ in $(seq 120); do
    [ -d "/proc/$pid" ] || return 0
    sleep 0.5
  done
  fail "dockerd (process $pid) does not end."
}
