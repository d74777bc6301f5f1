# shellcheck shell=bash
# Dapr's chart is part of its Go module; packed it lies in FOLDER/charts.
DAPR_CHART=$FOLDER/charts/dapr-${DAPR#v}.tgz

pack_dapr_chart() {
  local copy
  [ ! -e "$DAPR_CHART" ] || return 0
  copy=$(mktemp -d)
  cp -r --no-preserve=mode "$(module_folder "github.com/dapr/dapr@$DAPR")/charts/dapr" "$copy/"
  # As it is released; in the sources it names images of the day.
  sed -i "s/^  tag: 'edge'/  tag: '${DAPR#v}'/" "$copy/dapr/values.yaml"
  helm package "$copy/dapr" --version "${DAPR#v}" --app-version "${DAPR#v}" --destination "$FOLDER/charts" >/dev/null
  rm -rf "$copy"
}

install_dapr() {
  pack_dapr_chart
  helm upgrade --install dapr "$DAPR_CHART" --namespace dapr-system --create-namespace --set "global.tag=${DAPR#v}" \
    --wait --timeout 10m >"$FOLDER/helm-dapr.log"
}
