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
