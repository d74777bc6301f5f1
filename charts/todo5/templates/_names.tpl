{{- /* Small words that several templates need. */ -}}
{{- define "todo5.services" -}}
task-service recurring-task-service notification-service audit-service chat-api
{{- end }}

{{- define "todo5.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "todo5.labels" -}}
{{ include "todo5.selector" . }}
app.kubernetes.io/part-of: todo5
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "todo5.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}
{{- else }}{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "todo5.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "todo5.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* Writable places: nothing in them has to last. */ -}}
{{- define "todo5.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: data, mountPath: /data}
{{- end }}
{{- define "todo5.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
- name: data
  emptyDir: {sizeLimit: 256Mi}
{{- end }}

{{- /* The Dapr resources that concern one application, as text: a pod rolls when they change. */ -}}
{{- define "todo5.daprOf" -}}
{{- $app := .name -}}
{{- range .root.Values.dapr.resources }}
{{- $mine := true }}
{{- if eq .kind "Configuration" }}{{ $mine = eq .metadata.name (printf "todo5-%s" $app) }}{{ end }}
{{- if .scopes }}{{ $mine = has $app .scopes }}{{ end }}
{{- if $mine }}{{ toJson . }}
{{ end }}
{{- end }}
{{- end }}

{{- /* Connections that a pod opens besides its pool: registration, relay, accounts, the sidecar's state store. */ -}}
{{- define "todo5.otherConnections" -}}
{{- if eq . "task-service" }}5{{ else if eq . "chat-api" }}12{{ else }}2{{ end }}
{{- end }}

{{- define "todo5.checkConnections" -}}
{{- $sum := 0 -}}
{{- range $name, $service := .Values.services -}}
{{- $sum = add $sum (mul (add $service.pool (include "todo5.otherConnections" $name | int)) (max $service.replicas $service.maxReplicas)) -}}
{{- end -}}
{{- $most := div (mul .Values.database.maxConnections 80) 100 -}}
{{- if gt $sum $most -}}
{{- fail (printf "The services would open %d connections with all their pods, and may take %d (80 %% of database.maxConnections). Lower services.*.pool or maxReplicas." $sum $most) -}}
{{- end -}}
{{- end }}
