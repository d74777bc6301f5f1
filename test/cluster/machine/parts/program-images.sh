# shellcheck shell=bash
# Images with one static program: the control plane's and Dapr's.

# program_image NAME PROGRAM PLACE LINE…
program_image() {
  local name=$1 program=$2 place=$3 root
  shift 3
  has_image "$name" && return
  root=$(mktemp -d "$FOLDER/root.XXXXXX")
  chmod 755 "$root"
  mkdir -p "$root/etc/ssl/certs" "$root$(dirname "$place")"
  install -d -m 1777 "$root/tmp"
  printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  install -m 755 "$BIN/$program" "$root$place"
  image_of_root "$name" "$root" "$@"
  rm -rf "$root"
}

KUBERNETES_IMAGES=registry.k8s.io

control_plane_images() {
  local name root
  for name in kube-apiserver kube-controller-manager kube-scheduler; do
    program_image "$KUBERNETES_IMAGES/$name:$KUBERNETES" "$name" "/usr/local/bin/$name"
  done
  program_image "$ETCD_IMAGE" etcd /usr/local/bin/etcd
  program_image "$KUBERNETES_IMAGES/coredns/coredns:$COREDNS" coredns /coredns 'ENTRYPOINT ["/coredns"]'
  program_image "$PAUSE_IMAGE" pause /pause 'USER 65535:65535' 'ENTRYPOINT ["/pause"]'
  program_image "$PROVISIONER_IMAGE" storage-provisioner /storage-provisioner 'CMD ["/storage-provisioner"]'
  has_image "$KUBERNETES_IMAGES/kube-proxy:$KUBERNETES" && return
  # It works by calling iptables.
  root=$(new_root kube-proxy iptables conntrack netbase)
  install -m 755 "$BIN/kube-proxy" "$root/usr/local/bin/kube-proxy"
  image_of_root "$KUBERNETES_IMAGES/kube-proxy:$KUBERNETES" "$root"
}

dapr_images() {
  local name
  for name in operator injector placement scheduler sentry daprd; do
    program_image "ghcr.io/dapr/$name:${DAPR#v}" "dapr/$name" "/$name" 'USER 65532:65532' "ENTRYPOINT [\"/$name\"]"
  done
}
