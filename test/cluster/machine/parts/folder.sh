# shellcheck shell=bash
# Where everything is, and what each part needs. Sourced by prepare, start and stop.
MACHINE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034
REPOSITORY=$(cd "$MACHINE/../../.." && pwd)
FOLDER=${TODO5_CLUSTER_MACHINE:-${XDG_CACHE_HOME:-$HOME/.cache}/todo5/cluster-machine}
mkdir -p "$FOLDER"
FOLDER=$(cd "$FOLDER" && pwd)
BIN=$FOLDER/bin
# shellcheck source=../versions.sh
. "$MACHINE/versions.sh"
export PATH=$BIN:$PATH MINIKUBE_HOME=$FOLDER/minikube KUBECONFIG=$FOLDER/kubeconfig

fail() {
  echo "$1" >&2
  exit 1
}

[ "$(uname -sm)" = 'Linux x86_64' ] || fail "These scripts know linux/amd64 only; where registries can be reached plain Minikube is enough."

# took NAME COMMAND…: runs it, and writes down how many seconds it took.
took() {
  local name=$1 began=$SECONDS
  shift
  echo "$name" >&2
  "$@" || fail "$name failed."
  printf '%s\t%s\t%d\n' "$(date -u +%FT%TZ)" "$name" $((SECONDS - began)) >>"$FOLDER/times.tsv"
}

# module_folder MODULE@VERSION: where Go has unpacked it.
module_folder() {
  (cd "$FOLDER" && GO111MODULE=on go mod download -json "$1") | sed -n 's/.*"Dir": "\(.*\)".*/\1/p'
}

has_image() { docker image inspect "$1" >/dev/null 2>&1; }
