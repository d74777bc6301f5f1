# shellcheck shell=bash
# Every program of the cluster, by the Go module proxy. One that is there is not built again.
export CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOWORK=off
WRAPPERS=$FOLDER/wrap

# wrapper NAME MODULE VERSION [STAGING]: a folder whose go.mod has what the module's own says.
wrapper() {
  local at=$WRAPPERS/$1 upstream
  [ ! -e "$at/.ok" ] || return 0
  upstream=$(module_folder "$2@$3")
  [ -n "$upstream" ] || fail "The Go module $2 $3 cannot be had."
  rm -rf "$at" && mkdir -p "$at"
  go mod edit -json "$upstream/go.mod" | node "$MACHINE/parts/wrap-module.ts" "$@" >"$at/go.mod"
  cat "$upstream/go.sum" >"$at/go.sum"
  touch "$at/.ok"
}

# build WRAPPER LINKER-FLAGS [TARGET=PACKAGE…], with $tags as build tags.
build() {
  local at=$WRAPPERS/$1 flags=$2 pair
  shift 2
  for pair in "$@"; do
    [ ! -x "$BIN/${pair%%=*}" ] || continue
    took "build ${pair%%=*}" nice -n 5 go -C "$at" build -mod=mod -trimpath -tags "${tags-}" -ldflags "-s -w $flags" \
      -o "$BIN/${pair%%=*}" "${pair#*=}"
  done
}

program_kubernetes() {
  local number=${KUBERNETES#v} stamps='' package cmd=k8s.io/kubernetes/cmd
  wrapper kubernetes k8s.io/kubernetes "$KUBERNETES" "v0.${number#*.}"
  # Without these a kubelet says v0.0.0, and kubeadm refuses it.
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    stamps+=" -X $package.gitVersion=$KUBERNETES -X $package.gitMajor=1 -X $package.gitMinor=$(cut -d. -f2 <<<"$number")"
    stamps+=" -X $package.gitTreeState=clean -X $package.buildDate=1970-01-01T00:00:00Z"
  done
  build kubernetes "$stamps" kubelet=$cmd/kubelet kubeadm=$cmd/kubeadm kubectl=$cmd/kubectl \
    kube-apiserver=$cmd/kube-apiserver kube-controller-manager=$cmd/kube-controller-manager \
    kube-scheduler=$cmd/kube-scheduler kube-proxy=$cmd/kube-proxy
}

program_minikube() {
  local package=k8s.io/minikube/pkg/version iso stamps
  wrapper minikube k8s.io/minikube "$MINIKUBE"
  iso=$(sed -n 's/^ISO_VERSION ?= //p' "$(module_folder "k8s.io/minikube@$MINIKUBE")/Makefile")
  stamps="-X $package.version=$MINIKUBE -X $package.isoVersion=$iso -X $package.gitCommitID=module-proxy"
  stamps+=" -X $package.storageProvisionerVersion=${PROVISIONER_IMAGE##*:}"
  # Its KVM driver is part of the program and wants C; libvirt itself only when it is used.
  CGO_ENABLED=1 tags=libvirt_dlopen build minikube "$stamps" minikube=k8s.io/minikube/cmd/minikube
  provisioner "$stamps"
}

# Its library elects a leader with a lock that today's client-go no longer has. One node needs no election.
provisioner() {
  local library=sigs.k8s.io/sig-storage-lib-external-provisioner/v6 version copy=$WRAPPERS/provisioner-lib
  if [ ! -e "$WRAPPERS/provisioner/.ok" ]; then
    version=$(awk -v path="$library" '$1 == path {print $2}' "$(module_folder "k8s.io/minikube@$MINIKUBE")/go.mod")
    rm -rf "$copy"
    cp -r --no-preserve=mode "$(module_folder "$library@$version")" "$copy"
    sed -i 's/DefaultLeaderElection = true/DefaultLeaderElection = false/' "$copy/controller/controller.go"
    wrapper provisioner k8s.io/minikube "$MINIKUBE"
    echo "replace $library => $copy" >>"$WRAPPERS/provisioner/go.mod"
  fi
  build provisioner "$1" storage-provisioner=k8s.io/minikube/cmd/storage-provisioner
}

program_helm() {
  local module=helm.sh/helm/v3
  wrapper helm $module "$HELM"
  build helm "-X $module/internal/version.version=$HELM -X $module/pkg/chartutil.k8sVersionMajor=1 \
    -X $module/pkg/chartutil.k8sVersionMinor=$(cut -d. -f2 <<<"$KUBERNETES")" helm=$module/cmd/helm
}

program_etcd() {
  wrapper etcd go.etcd.io/etcd/server/v3 "$ETCD" "$ETCD"
  build etcd '' etcd=go.etcd.io/etcd/server/v3
}

program_coredns() {
  wrapper coredns github.com/coredns/coredns "$COREDNS"
  build coredns '' coredns=github.com/coredns/coredns
}

program_cri() {
  local dockerd=github.com/Mirantis/cri-dockerd old=github.com/kubernetes-sigs/cri-tools new=sigs.k8s.io/cri-tools
  wrapper cridockerd $dockerd "$CRI_DOCKERD"
  build cridockerd "-X $dockerd/cmd/version.Version=${CRI_DOCKERD#v}" cri-dockerd=$dockerd
  if [ ! -e "$WRAPPERS/crictl/.ok" ]; then
    wrapper crictl $new "$CRI_TOOLS" v0.30.0
    # The module lies under its new name and still calls itself by the old one.
    (cd "$WRAPPERS/crictl" && go mod edit -droprequire=$new -require="$old@$CRI_TOOLS" -replace="$old=$new@$CRI_TOOLS")
  fi
  build crictl "-X $old/pkg/version.Version=$CRI_TOOLS" crictl=$old/cmd/crictl
}

program_cni() {
  local plugins=github.com/containernetworking/plugins pair targets=()
  wrapper cni $plugins "$CNI"
  for pair in main/bridge main/loopback main/ptp ipam/host-local meta/portmap meta/firewall meta/bandwidth meta/tuning; do
    targets+=("cni/${pair#*/}=$plugins/plugins/$pair")
  done
  build cni "-X $plugins/pkg/utils/buildversion.BuildVersion=$CNI" "${targets[@]}"
}

# The sidecar has the components that a cluster's resources name: upstream's own set needs modules that a proxy may refuse.
program_dapr() {
  local module=github.com/dapr/dapr at=$WRAPPERS/dapr stamps name targets=()
  stamps="-X $module/pkg/buildinfo.version=${DAPR#v} -X github.com/dapr/kit/logger.DaprVersion=${DAPR#v}"
  for name in operator injector placement scheduler sentry; do targets+=("dapr/$name=$module/cmd/$name"); done
  wrapper dapr $module "$DAPR"
  mkdir -p "$at/daprd"
  cp "$REPOSITORY/templates/toolchain/daprd/main.go" "$MACHINE/daprd/components.go" "$at/daprd/"
  (cd "$at" && go mod edit -replace="github.com/dapr/durabletask-go=github.com/dapr/durabletask-go@$DURABLETASK")
  build dapr "$stamps" dapr/daprd=./daprd "${targets[@]}"
}

program_own() {
  local name
  for name in pause runc-nocap; do
    [ -x "$BIN/$name" ] || took "build $name" go -C "$MACHINE/$name" build -trimpath -ldflags '-s -w' -o "$BIN/$name" .
  done
}

programs() {
  local name
  command -v go >/dev/null || fail 'There is no Go: 1.26.6 or newer, https://go.dev/dl'
  mkdir -p "$BIN/cni" "$BIN/dapr" "$WRAPPERS"
  for name in own helm kubernetes minikube etcd coredns cri cni dapr; do "program_$name"; done
}
