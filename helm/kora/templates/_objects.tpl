{{/* A binding of a role of the same name to one subject: {root, kind, name, namespace?, subject}. */}}
{{- define "kora.binding" }}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ ternary "ClusterRoleBinding" "RoleBinding" (and (eq .kind "ClusterRole") (not .namespace)) }}
metadata:
  {{- include "kora.metadata" (dict "root" .root "name" (.bindingName | default .name) "namespace" .namespace) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name | quote }}
subjects:
  {{- toYaml (.subjects | default (list .subject)) | nindent 2 }}
{{- end -}}

{{/* "true" when a part of the rights is given: {root, part}. */}}
{{- define "kora.grants" -}}
{{- if has .part (list "read" "records") -}}true
{{- else if eq .part "change" -}}{{- include "kora.mayChange" .root -}}
{{- else if eq .part "helm" -}}{{- if and (include "kora.mayChange" .root) .root.Values.rights.helmReleases -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{- define "kora.resources" -}}
{{- $resources := .Values.resources -}}
{{- $limits := dict "memory" $resources.limits.memory -}}
{{- if $resources.limits.cpu -}}{{- $_ := set $limits "cpu" $resources.limits.cpu -}}{{- end -}}
requests:
  {{- toYaml $resources.requests | nindent 2 }}
limits:
  {{- toYaml $limits | nindent 2 }}
{{- end -}}

{{/* The names by which the console may be called: the Service's, and what the values add. */}}
{{- define "kora.consoleHosts" -}}
{{- $name := include "kora.fullname" . -}}
{{- $own := list $name (printf "%s.%s" $name .Release.Namespace) (printf "%s.%s.svc" $name .Release.Namespace) (printf "%s.%s.svc.cluster.local" $name .Release.Namespace) -}}
{{- concat $own .Values.console.allowedHosts | uniq | join "," -}}
{{- end -}}

{{/* Kora's tools for kagent, beside the operator, because both work on one store of plans. Whatever asks here can only propose. */}}
{{- define "kora.mcpContainer" -}}
{{- $name := include "kora.fullname" . -}}
- name: mcp
  image: {{ include "kora.image" . | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  args:
    - mcp
    - --http
    - --host=0.0.0.0
    - --port={{ int .Values.kagent.mcp.port }}
    - --allow-host={{ $name }}
    - --allow-host={{ $name }}.{{ .Release.Namespace }}
    - --allow-host={{ $name }}.{{ .Release.Namespace }}.svc
    - --allow-host={{ $name }}.{{ .Release.Namespace }}.svc.cluster.local
  env:
    - name: KORA_HOME
      value: /data/kora
    - name: KORA_MCP_TOKEN
      valueFrom: {secretKeyRef: {name: {{ include "kora.mcpSecret" . | quote }}, key: token}}
  ports:
    - {name: mcp, containerPort: {{ int .Values.kagent.mcp.port }}, protocol: TCP}
  readinessProbe:
    tcpSocket: {port: mcp}
    periodSeconds: 10
  securityContext:
    {{- include "kora.containerSecurity" . | nindent 4 }}
  resources:
    {{- include "kora.resources" . | nindent 4 }}
  volumeMounts:
    - {name: state, mountPath: /data}
    - {name: tmp, mountPath: /tmp}
{{- end -}}

{{/* What the operator is told, by variable. KORA_AUTONOMY caps every AgentPolicy: no more than the rights given here allow. */}}
{{- define "kora.environment" -}}
KORA_HOME: /data/kora
KORA_WATCH_NAMESPACES: {{ include "kora.namespaces" . | fromJsonArray | join "," | quote }}
KORA_AUTONOMY: {{ .Values.autonomy.level }}
KORA_APPLIES: {{ include "kora.mayChange" . | default "false" | quote }}
KORA_CLUSTER_SCOPED: {{ .Values.rights.clusterScoped | quote }}
KORA_LEASE_NAME: {{ include "kora.fullname" . | quote }}
KORA_ADMISSION_RULE: {{ .Values.admission.rule | default (printf "%s-approvals" (include "kora.clusterName" .)) | quote }}
KORA_METRICS_PORT: {{ .Values.metrics.port | int | quote }}
KORA_LOG_LEVEL: {{ .Values.logLevel }}
{{- with .Values.prometheus.url }}
KORA_PROMETHEUS: {{ . | quote }}
{{- end }}
{{- if include "kora.previews" . }}
KORA_PREVIEW_AS: {{ include "kora.previewUser" . | quote }}
{{- end }}
{{- if .Values.console.enabled }}
KORA_CONSOLE_PORT: {{ .Values.console.port | int | quote }}
KORA_CONSOLE_HOSTS: {{ include "kora.consoleHosts" . | quote }}
{{- end }}
{{- end -}}
