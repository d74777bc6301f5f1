# shellcheck shell=bash
# The node of the cluster, after deploy/kicbase/Dockerfile of Minikube's own module; without what a node with Docker as its
# runtime has no use for (CRI-O, Podman, BuildKit, NVIDIA).
NODE_PACKAGES='systemd systemd-sysv dbus conntrack iptables iproute2 ethtool socat util-linux mount ebtables udev kmod
  libseccomp2 pigz bash ca-certificates curl rsync iputils-ping netcat-openbsd procps lz4 sudo openssh-server docker.io
  containerd runc jq'

node_image() {
  local root upstream units
  has_image "$NODE_IMAGE" && return
  # shellcheck disable=SC2086
  root=$(new_root kicbase $NODE_PACKAGES)
  upstream=$(module_folder "k8s.io/minikube@$MINIKUBE")/deploy/kicbase
  units=$(module_folder "github.com/Mirantis/cri-dockerd@$CRI_DOCKERD")/packaging/systemd
  install -m 755 "$upstream/entrypoint" "$root/usr/local/bin/entrypoint"
  install -D -m 644 -t "$root/etc/sysctl.d" "$upstream/10-network-security.conf" "$upstream/11-tcp-mtu-probing.conf"
  install -D -m 644 "$upstream/containerd.toml" "$root/etc/containerd/config.toml"
  install -m 644 -t "$root/usr/lib/systemd/system" "$units/cri-docker.service" "$units/cri-docker.socket"
  # What pods keep outlives a stop of the node, whose /tmp does not.
  install -m 755 "$upstream/automount/minikube-automount" "$root/usr/sbin/minikube-automount"
  install -m 644 "$upstream/automount/minikube-automount.service" "$root/usr/lib/systemd/system/"
  install -m 755 "$BIN/cri-dockerd" "$root/usr/bin/cri-dockerd"
  install -m 755 "$BIN/crictl" "$root/usr/local/bin/crictl"
  install -D -m 755 -t "$root/opt/cni/bin" "$BIN"/cni/*
  # Also where the machine is not confined: there it strikes out nothing.
  [ -e "$root/usr/sbin/runc.real" ] || mv "$root/usr/sbin/runc" "$root/usr/sbin/runc.real"
  install -m 755 "$BIN/runc-nocap" "$root/usr/sbin/runc"
  install -D -m 755 "$MACHINE/parts/inside-node.sh" "$root/tmp/inside-node.sh"
  in_root "$root" bash /tmp/inside-node.sh
  rm -rf "$root/tmp/inside-node.sh" "$root"/var/lib/{docker,containerd}
  # What `minikube` asks a node for.
  printf '{"iso_version": "v1.38.0", "kicbase_version": "%s", "minikube_version": "%s", "commit": "module-proxy"}\n' \
    "${NODE_IMAGE##*:}" "$MINIKUBE" >"$root/version.json"
  image_of_root "$NODE_IMAGE" "$root" 'EXPOSE 22' 'ENV container=docker' 'STOPSIGNAL SIGRTMIN+3' \
    'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]'
}
