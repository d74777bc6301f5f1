{{- /* docs/contract/environment.md. What is secret comes from the secret store, under the name of the service. */ -}}
{{- define "todo5.env" -}}
{{- $values := .root.Values -}}
- {name: PORT, value: '3000'}
- {name: LOG_LEVEL, value: {{ $values.logLevel }}}
{{- include "todo5.logEnv" .root }}
- {name: DATABASE_POOL, value: {{ (index $values.services .name).pool | quote }}}
- {name: DAPR_SECRET_STORE, value: {{ $values.dapr.secretStore }}}
- name: APP_API_TOKEN
  valueFrom:
    secretKeyRef: {name: {{ .name }}, key: token}
- name: REPLICA
  valueFrom:
    fieldRef: {fieldPath: metadata.name}
{{- if $values.tracing.zipkinEndpoint }}
- {name: ZIPKIN_ENDPOINT, value: {{ $values.tracing.zipkinEndpoint | quote }}}
- {name: TRACE_SAMPLING, value: {{ $values.tracing.sampling | quote }}}
{{- end }}
{{- if has .name (list "notification-service" "chat-api") }}
- {name: PUBLIC_URL, value: {{ $values.publicUrl | quote }}}
{{- end }}
{{- if eq .name "notification-service" }}
- {name: MAIL_FROM, value: {{ $values.mail.from | quote }}}
- {name: OUTBOUND_REACH, value: {{ $values.mail.outboundReach }}}
{{- end }}
{{- if eq .name "chat-api" }}
{{- $chat := $values.chat }}
- {name: PUBLIC_PORT, value: '8080'}
- {name: ALLOW_SIGN_UP, value: {{ $chat.allowSignUp | quote }}}
- {name: TRUSTED_PROXY_HOPS, value: {{ $chat.trustedProxyHops | quote }}}
{{- with $chat.trustedOrigins }}
- {name: TRUSTED_ORIGINS, value: {{ join "," . | quote }}}
{{- end }}
{{- if $chat.requestsPerMinute }}
- {name: REQUESTS_PER_MINUTE, value: {{ $chat.requestsPerMinute | quote }}}
{{- end }}
{{- with $chat.mailboxUrl }}
- {name: MAILBOX_URL, value: {{ . | quote }}}
{{- end }}
{{- if $chat.model.url }}
- {name: MODEL_URL, value: {{ $chat.model.url | quote }}}
- {name: MODEL_NAME, value: {{ $chat.model.name | quote }}}
- {name: MODEL_TIMEOUT_SECONDS, value: {{ $chat.model.timeoutSeconds | quote }}}
{{- end }}
{{- end }}
{{- end }}
{{- /* JavaScript in a pod that is asked to end, before its service is: at most 85 s. */ -}}
{{- define "todo5.sidecarLeaves" -}}
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ask = (method, path) => fetch(`http://127.0.0.1:3500/v1.0/${path}`, {method}).then(() => true, () => false);
(async () => {
  await later(35_000);
  await ask('POST', 'shutdown');
  for (let n = 0; n < 100 && (await ask('GET', 'healthz')); n++) await later(500);
})();
{{- end }}
{{- define "todo5.logEnv" }}
{{- if ne .Values.logFormat "plain" }}
- {name: LOG_FORMAT, value: {{ .Values.logFormat }}}
{{- with .Values.logProject }}
- {name: LOG_PROJECT, value: {{ . | quote }}}
{{- end }}
{{- end }}
{{- end }}
