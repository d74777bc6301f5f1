# shellcheck shell=bash
# The External Secrets Operator and its chart, by the Go module proxy. Of its forty providers it has the one that a cluster
# without a cloud can use: Secrets of another namespace.
EXTERNAL_SECRETS_IMAGE=oci.external-secrets.io/external-secrets/external-secrets
EXTERNAL_SECRETS_CHART=$FOLDER/charts/external-secrets-${EXTERNAL_SECRETS#v}.tgz

# external_secrets_copy TO: its sources, writable.
external_secrets_copy() {
  cp -r --no-preserve=mode "$(module_folder "github.com/external-secrets/external-secrets@$EXTERNAL_SECRETS")" "$1"
}

program_external_secrets() {
  local copy=$WRAPPERS/external-secrets
  [ ! -x "$BIN/external-secrets" ] || return 0
  rm -rf "$copy"
  external_secrets_copy "$copy"
  sed -i '/pkg\/provider\//{/provider\/kubernetes"/!d}' "$copy/pkg/provider/register/register.go"
  took 'build external-secrets' nice -n 5 go -C "$copy" build -mod=mod -trimpath -ldflags '-s -w' -o "$BIN/external-secrets" .
}

# As it is released: with its definitions, its own version, and without a part that nobody switches on.
pack_external_secrets_chart() {
  local copy chart
  [ ! -e "$EXTERNAL_SECRETS_CHART" ] || return 0
  copy=$(mktemp -d)
  chart=$copy/sources/deploy/charts/external-secrets
  external_secrets_copy "$copy/sources"
  # shellcheck disable=SC2016
  sed 's/{{/{{ "{{" }}/g' "$copy/sources/deploy/crds/bundle.yaml" |
    awk 'BEGIN {print "{{- if .Values.installCRDs }}"} {print} END {print "{{- end }}"}' >"$chart/templates/crds/bundle.yaml"
  sed -i '/^dependencies:/,$d' "$chart/Chart.yaml"
  rm -f "$chart/Chart.lock"
  helm package "$chart" --version "${EXTERNAL_SECRETS#v}" --app-version "$EXTERNAL_SECRETS" --destination "$FOLDER/charts" \
    >/dev/null
  rm -rf "$copy"
}

external_secrets() {
  program_external_secrets
  program_image "$EXTERNAL_SECRETS_IMAGE:$EXTERNAL_SECRETS" external-secrets /bin/external-secrets 'USER 65534' \
    'ENTRYPOINT ["/bin/external-secrets"]'
  pack_external_secrets_chart
}
