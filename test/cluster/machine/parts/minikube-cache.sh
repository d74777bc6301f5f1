# shellcheck shell=bash
# Minikube's own folder, as if it had downloaded everything: programs of the node, images of the control plane; and a list of
# further images, which each `minikube start` brings into the node.
cached_images() {
  local name
  for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
    echo "$KUBERNETES_IMAGES/$name:$KUBERNETES"
  done
  echo "$ETCD_IMAGE" "$KUBERNETES_IMAGES/coredns/coredns:$COREDNS" "$PAUSE_IMAGE" "$PROVISIONER_IMAGE"
}

further_images() {
  local name
  for name in operator injector placement scheduler sentry daprd; do echo "ghcr.io/dapr/$name:${DAPR#v}"; done
  echo "$NODE_RUNTIME_IMAGE" "$POSTGRESQL_IMAGE" "apache/kafka:$KAFKA" "$EXTERNAL_SECRETS_IMAGE:$EXTERNAL_SECRETS"
  platform_image "$PROMETHEUS_IMAGE"
  platform_image "$ZIPKIN_IMAGE"
}

minikube_cache() {
  local cache=$MINIKUBE_HOME/.minikube/cache settings=$MINIKUBE_HOME/.minikube/config/config.json name file id further
  mkdir -p "$cache/linux/amd64/$KUBERNETES" "$(dirname "$settings")"
  for name in kubeadm kubelet kubectl; do
    [ -e "$cache/linux/amd64/$KUBERNETES/$name" ] || cp "$BIN/$name" "$cache/linux/amd64/$KUBERNETES/$name"
  done
  further=$(further_images)
  for name in $(cached_images) $further; do
    # Minikube writes the colon of the tag so.
    file=$cache/images/amd64/${name%:*}_${name##*:}
    id=$(docker image inspect --format '{{.Id}}' "$name")
    [ "$(cat "$file.id" 2>/dev/null)" != "$id" ] || continue
    mkdir -p "$(dirname "$file")"
    rm -f "$file"
    docker save "$name" --output "$file"
    echo "$id" >"$file.id"
  done
  [ -e "$settings" ] || echo '{}' >"$settings"
  # shellcheck disable=SC2086
  jq --args '.cache = ($ARGS.positional | map({(.): null}) | add)' $further <"$settings" >"$settings.new"
  mv "$settings.new" "$settings"
}
