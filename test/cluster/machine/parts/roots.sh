# shellcheck shell=bash
# Root file systems of Debian, and images of them.
BASE=$FOLDER/rootfs/$DEBIAN

base_root() {
  [ -e "$BASE/etc/debian_version" ] && return
  took "debootstrap $DEBIAN" debootstrap --variant=minbase "$DEBIAN" "$BASE" "$(debian_source)" >"$FOLDER/debootstrap.log"
  forget_caches "$BASE"
}

# Where this machine gets its packages, so that nothing else has to be reachable.
debian_source() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -m1 debian || echo https://deb.debian.org/debian
}

# new_root NAME PACKAGE…: prints the folder of a copy of the base with these packages, a mark says that it is complete.
new_root() {
  local root=$FOLDER/rootfs/$1
  shift
  if [ ! -e "$root/.packages" ]; then
    base_root
    rm -rf "$root"
    cp -a "$BASE" "$root"
    [ $# = 0 ] || took "packages of ${root##*/}" install_into "$root" "$@" >"$FOLDER/$(basename "$root")-apt.log" 2>&1
    touch "$root/.packages"
  fi
  echo "$root"
}

install_into() {
  local root=$1
  shift
  in_root "$root" sh -ec 'apt-get -q update && apt-get -q install -y --no-install-recommends "$@"' install "$@" || return
  forget_caches "$root"
}

# in_root ROOT COMMAND…: with the sources of packages that this machine has, for as long as the command runs.
in_root() {
  local root=$1 code=0
  shift
  rm -rf "$root/etc/apt.kept"
  cp -a "$root/etc/apt" "$root/etc/apt.kept"
  cp -a /etc/apt/. "$root/etc/apt/"
  cp -a /usr/share/keyrings/debian-* "$root/usr/share/keyrings/" 2>/dev/null || true
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  # Packages start no services in here.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  # shellcheck disable=SC2016
  unshare --mount bash -c 'mount --make-rprivate / && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$@"' \
    in-root "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" || code=$?
  rm -rf "$root/etc/apt" "$root/usr/sbin/policy-rc.d"
  mv "$root/etc/apt.kept" "$root/etc/apt"
  : >"$root/etc/resolv.conf"
  return $code
}

forget_caches() {
  rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man,info,locale}/* "$1"/var/log/apt
}

# image_of_root NAME ROOT LINE…: the lines are those of a Dockerfile after FROM; one layer.
image_of_root() {
  local name=$1 root=$2 context
  shift 2
  context=$(mktemp -d "$FOLDER/context.XXXXXX")
  tar -C "$root" --numeric-owner --one-file-system --exclude=./.packages -cf "$context/root.tar" .
  printf '%s\n' 'FROM scratch' 'ADD root.tar /' 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    "$@" >"$context/Dockerfile"
  DOCKER_BUILDKIT=0 took "image $name" docker build --quiet --tag "$name" "$context" >"$FOLDER/docker-build.log" 2>&1 ||
    { tail -5 "$FOLDER/docker-build.log" >&2; fail "$name cannot be built."; }
  rm -rf "$context"
}
