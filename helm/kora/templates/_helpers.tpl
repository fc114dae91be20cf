{{/* Names, labels, and what several objects share. */}}

{{/* A DNS label out of any release name; whatever has to be changed gets a checksum, so that two never become one. */}}
{{- define "kora.fullname" -}}
{{- $given := .Values.fullnameOverride | default .Release.Name -}}
{{- $label := regexReplaceAll "[^a-z0-9-]" $given "-" -}}
{{- if regexMatch "^[^a-z]" $label -}}{{- $label = printf "k%s" $label -}}{{- end -}}
{{- if or (ne $label $given) (gt (len $label) 40) -}}
{{- printf "%s-%s" (regexReplaceAll "-+$" (trunc 31 $label) "") (sha256sum $given | trunc 8) -}}
{{- else -}}
{{- $label -}}
{{- end -}}
{{- end -}}

{{/* Cluster-scoped objects carry the namespace in their name: two releases of one name may stand side by side. */}}
{{- define "kora.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "kora.fullname" .) -}}
{{- end -}}

{{- define "kora.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "kora.fullname" .) -}}
{{- end -}}

{{- define "kora.previewName" -}}
{{- printf "%s-preview" (include "kora.serviceAccountName" .) -}}
{{- end -}}

{{/* The user name of the operator's account at the API. */}}
{{- define "kora.user" -}}
{{- printf "system:serviceaccount:%s:%s" .Release.Namespace (include "kora.serviceAccountName" .) -}}
{{- end -}}

{{- define "kora.previewUser" -}}
{{- printf "system:serviceaccount:%s:%s" .Release.Namespace (include "kora.previewName" .) -}}
{{- end -}}

{{- define "kora.selectorLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "kora.version" -}}
{{- regexReplaceAll "[^A-Za-z0-9]+$" (.Values.image.tag | default .Chart.AppVersion | trunc 63) "" -}}
{{- end -}}

{{- define "kora.sixLabels" -}}
{{ include "kora.selectorLabels" . }}
app.kubernetes.io/version: {{ include "kora.version" . | quote }}
app.kubernetes.io/part-of: kora
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "kora.labels" -}}
{{- $chart := printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- merge (include "kora.sixLabels" . | fromYaml) (dict "helm.sh/chart" $chart) .Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "kora.podLabels" -}}
{{- merge (include "kora.sixLabels" . | fromYaml) .Values.podLabels .Values.commonLabels | toYaml -}}
{{- end -}}

{{/* Name, namespace, labels and annotations: {root, name, namespace?, labels?, annotations?}; no namespace for cluster-scoped. */}}
{{- define "kora.metadata" -}}
name: {{ .name | quote }}
{{- with .namespace }}
namespace: {{ . | quote }}
{{- end }}
labels:
  {{- merge (.labels | default dict) (include "kora.labels" .root | fromYaml) | toYaml | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "kora.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* Pod Security "restricted", container level. */}}
{{- define "kora.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* The namespaces that Kora may read, as a JSON list; empty means every one. */}}
{{- define "kora.namespaces" -}}
{{- if .Values.clusterWide -}}[]{{- else -}}{{- .Values.namespaces | default (list .Release.Namespace) | uniq | sortAlpha | toJson -}}{{- end -}}
{{- end -}}

{{/* The namespaces in which records are kept: those, and the release's own. */}}
{{- define "kora.recordNamespaces" -}}
{{- append (include "kora.namespaces" . | fromJsonArray) .Release.Namespace | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/* "true" when the operator may change what repairs touch. */}}
{{- define "kora.mayChange" -}}
{{- $level := .Values.autonomy.level -}}
{{- if or (has $level (list "supervised" "autonomous")) (and (eq $level "propose") .Values.autonomy.applyApproved) -}}true{{- end -}}
{{- end -}}

{{/* "true" when plans are made without the right to carry them out: then dry runs go through an account of their own. */}}
{{- define "kora.previews" -}}
{{- if and (eq .Values.autonomy.level "propose") (not .Values.autonomy.applyApproved) .Values.admission.enabled -}}true{{- end -}}
{{- end -}}

{{- define "kora.claimName" -}}
{{- .Values.persistence.existingClaim | default (printf "%s-state" (include "kora.fullname" .)) -}}
{{- end -}}

{{/* The port that an address of HTTP names or means. */}}
{{- define "kora.portOf" -}}
{{- $address := urlParse . -}}
{{- regexFind "[0-9]+$" (regexFind ":[0-9]+$" $address.host) | default (eq $address.scheme "https" | ternary "443" "80") -}}
{{- end -}}

{{/* "true" when kagent's objects are asked for and its definitions are there. */}}
{{- define "kora.kagent" -}}
{{- if and .Values.kagent.enabled (.Capabilities.APIVersions.Has "kagent.dev/v1alpha2") -}}true{{- end -}}
{{- end -}}

{{- define "kora.mcpSecret" -}}
{{- .Values.kagent.mcp.tokenSecret | default (printf "%s-mcp" (include "kora.fullname" .)) -}}
{{- end -}}
