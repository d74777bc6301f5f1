{{- define "secrets.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: todo5
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}
