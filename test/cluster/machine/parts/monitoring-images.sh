# shellcheck shell=bash
# Prometheus and Zipkin of `todo5 up minikube --monitoring basic`, under the names of the official images: Prometheus by the Go
# module proxy, Zipkin as `todo5 toolchain` has it, from its packages where releases cannot be downloaded.
PROMETHEUS_IMAGE=prom/prometheus
ZIPKIN_IMAGE=openzipkin/zipkin

# platform_image NAME: with the tag that charts/todo5-platform has.
platform_image() {
  sed -n "s|^ *image: \($1:.*\)$|\1|p" "$REPOSITORY/charts/todo5-platform/values.yaml"
}

# toolchain_program NAME: where it is.
toolchain_program() {
  node "$REPOSITORY/bin/run.js" toolchain list --json | jq -re --arg name "$1" '.programs[] | select(.program == $name).path'
}

monitoring_images() {
  if ! has_image "$(platform_image $PROMETHEUS_IMAGE)" || ! has_image "$(platform_image $ZIPKIN_IMAGE)"; then
    node "$REPOSITORY/bin/run.js" toolchain install zipkin >&2
    prometheus_image "$(platform_image $PROMETHEUS_IMAGE)"
    zipkin_image "$(platform_image $ZIPKIN_IMAGE)"
  fi
}

# prometheus_program 3.13.5: its module is v0.313.5. Unlike that of the toolchain, which finds what it scrapes in files alone, it
# asks Kubernetes, as the official one does.
prometheus_program() {
  local module=github.com/prometheus/prometheus
  wrapper prometheus $module "$(awk -F. '{printf "v0.%d%02d.%d", $1, $2, $3}' <<<"$1")"
  tags=netgo,remove_all_sd,enable_kubernetes_sd build prometheus \
    "-X github.com/prometheus/common/version.Version=$1" prometheus=$module/cmd/prometheus
}

prometheus_image() {
  local root=$FOLDER/rootfs/prometheus
  prometheus_program "${1##*:v}"
  rm -rf "$root"
  mkdir -p "$root/bin" "$root/etc/prometheus"
  install -d -o 65534 -g 65534 "$root/prometheus"
  install -d -m 1777 "$root/tmp"
  install -m 755 "$BIN/prometheus" "$root/bin/prometheus"
  image_of_root "$1" "$root" 'USER 65534' 'EXPOSE 9090' 'WORKDIR /prometheus' 'ENTRYPOINT ["/bin/prometheus"]' \
    'CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]'
}

zipkin_image() {
  local root
  root=$(new_root zipkin openjdk-17-jre-headless)
  install -D -m 644 "$(toolchain_program zipkin)" "$root/zipkin/zipkin.jar"
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nexec java $JAVA_OPTS -jar /zipkin/zipkin.jar "$@"\n' >"$root/usr/local/bin/start-zipkin"
  chmod 755 "$root/usr/local/bin/start-zipkin"
  image_of_root "$1" "$root" 'USER 1000' 'EXPOSE 9411' 'WORKDIR /zipkin' 'ENTRYPOINT ["start-zipkin"]'
}
