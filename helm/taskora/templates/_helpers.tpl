{{/*
Names, labels and the pieces that every pod shares.

Most helpers take a "part": a dict with
  root       the chart's top-level context
  component  "frontend", "backend", "database", "migration" or "test"
  values     the section of the values that belongs to it
*/}}

{{/* The Kubernetes version to render for: the value first, so that pipelines without a cluster can say it. */}}
{{- define "taskora.kubeVersion" -}}
{{- .Values.kubeVersion | default .Capabilities.KubeVersion.Version -}}
{{- end -}}

{{- define "taskora.namespace" -}}
{{- .Values.namespace.name | default .Release.Namespace -}}
{{- end -}}

{{/*
A DNS label out of any release name: {name, max}. Release names may hold dots, start with a digit or be too long; whatever
has to be changed gets a checksum of the original, so that two names never become one.
*/}}
{{- define "taskora.dnsLabel" -}}
{{- $label := regexReplaceAll "[^a-z0-9-]" .name "-" -}}
{{- if regexMatch "^[^a-z]" $label -}}{{- $label = printf "t%s" $label -}}{{- end -}}
{{- if or (ne $label .name) (gt (len $label) (int .max)) -}}
{{- $head := regexReplaceAll "-+$" (trunc (int (sub .max 9)) $label) "" -}}
{{- printf "%s-%s" $head (sha256sum .name | trunc 8) -}}
{{- else -}}
{{- $label -}}
{{- end -}}
{{- end -}}

{{/* Start of every object's name; 40 characters leave room for the longest ending within 63 (and 52 for a StatefulSet). */}}
{{- define "taskora.fullname" -}}
{{- include "taskora.dnsLabel" (dict "name" (.Values.fullnameOverride | default .Release.Name) "max" 40) -}}
{{- end -}}

{{- define "taskora.frontend.name" -}}
{{- .Values.frontend.fullnameOverride | default (printf "%s-frontend" (include "taskora.fullname" .)) -}}
{{- end -}}

{{- define "taskora.backend.name" -}}
{{- .Values.backend.fullnameOverride | default (printf "%s-backend" (include "taskora.fullname" .)) -}}
{{- end -}}

{{- define "taskora.database.name" -}}
{{- .Values.database.fullnameOverride | default (printf "%s-database" (include "taskora.fullname" .)) -}}
{{- end -}}

{{- define "taskora.frontend.serviceName" -}}
{{- .Values.frontend.service.name | default (include "taskora.frontend.name" .) -}}
{{- end -}}

{{- define "taskora.backend.serviceName" -}}
{{- .Values.backend.service.name | default (include "taskora.backend.name" .) -}}
{{- end -}}

{{/* The Secret with DATABASE_URL, BETTER_AUTH_SECRET, POSTGRES_PASSWORD and model keys, ours or an existing one. */}}
{{- define "taskora.secretName" -}}
{{- .Values.secrets.existingSecret | default (printf "%s-secret" (include "taskora.backend.name" .)) -}}
{{- end -}}

{{/* "true" when the chart creates the Secret: asked for, or not asked and none named. */}}
{{- define "taskora.createsSecret" -}}
{{- $wanted := .Values.secrets.create -}}
{{- if kindIs "invalid" $wanted -}}{{- $wanted = not .Values.secrets.existingSecret -}}{{- end -}}
{{- if and $wanted (or .Values.backend.enabled .Values.database.enabled) -}}true{{- end -}}
{{- end -}}

{{/* Address at which pods of this release reach the backend. */}}
{{- define "taskora.backendUrl" -}}
{{- .Values.frontend.backendUrl | default (printf "http://%s:%d" (include "taskora.backend.serviceName" .) (int .Values.backend.service.port)) -}}
{{- end -}}

{{- define "taskora.frontendUrl" -}}
{{- printf "http://%s:%d" (include "taskora.frontend.serviceName" .) (int .Values.frontend.service.port) -}}
{{- end -}}

{{/* DATABASE_URL of the in-chart database: {root, password}. */}}
{{- define "taskora.databaseUrl" -}}
{{- $database := .root.Values.database -}}
{{- printf "postgresql://%s:%s@%s:%d/%s" $database.user .password (include "taskora.database.name" .root) (int $database.port) $database.name -}}
{{- end -}}

{{/* What receives requests from outside: the page, or the server in a release without the page. */}}
{{- define "taskora.entrance.serviceName" -}}
{{- if .Values.frontend.enabled -}}{{- include "taskora.frontend.serviceName" . -}}{{- else -}}{{- include "taskora.backend.serviceName" . -}}{{- end -}}
{{- end -}}

{{- define "taskora.entrance.servicePort" -}}
{{- ternary .Values.frontend.service.port .Values.backend.service.port .Values.frontend.enabled | int -}}
{{- end -}}

{{/* Number of pods when nothing scales: {values, default}. The defaults stand here because an empty value must be told from 2. */}}
{{- define "taskora.replicas" -}}
{{- $defaults := dict "frontend" 2 "backend" 3 -}}
{{- .values.replicas | default (index $defaults .component) | int -}}
{{- end -}}

{{/* Fewest pods in normal life. */}}
{{- define "taskora.leastReplicas" -}}
{{- if .values.autoscaling.enabled -}}{{- int .values.autoscaling.minReplicas -}}{{- else -}}{{- include "taskora.replicas" . -}}{{- end -}}
{{- end -}}

{{/* --- labels --- */}}

{{/* What a Service, Deployment or policy selects by; never changes in the life of a release. */}}
{{- define "taskora.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Values.nameOverride | default .root.Chart.Name | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* The six labels. The version is the image's, so that a new chart alone restarts nothing. */}}
{{- define "taskora.sixLabels" -}}
{{ include "taskora.selectorLabels" . }}
app.kubernetes.io/version: {{ include "taskora.version" . | quote }}
app.kubernetes.io/part-of: taskora
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{/* Labels of a pod. Ours win over the ones in the values: a selector must go on matching. */}}
{{- define "taskora.podLabels" -}}
{{- merge (include "taskora.sixLabels" . | fromYaml) (.values.podLabels | default dict) .root.Values.commonLabels | toYaml -}}
{{- end -}}

{{/* Labels of every other object. */}}
{{- define "taskora.labels" -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- merge (include "taskora.sixLabels" . | fromYaml) (dict "helm.sh/chart" $chart) .root.Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "taskora.version" -}}
{{- $image := .values.image | default dict -}}
{{- regexReplaceAll "[^A-Za-z0-9]+$" ($image.tag | default .root.Chart.AppVersion | trunc 63) "" -}}
{{- end -}}

{{/* Name, namespace, labels and annotations of an object: {root, component, values, name, annotations?}. */}}
{{- define "taskora.metadata" -}}
name: {{ .name | quote }}
namespace: {{ include "taskora.namespace" .root | quote }}
labels:
  {{- include "taskora.labels" . | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* --- pods --- */}}

{{- define "taskora.image" -}}
{{- $image := .values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "taskora.serviceAccountName" -}}
{{- $account := .values.serviceAccount -}}
{{- if $account.create -}}
{{- $account.name | default (include (printf "taskora.%s.name" .component) .root) -}}
{{- else -}}
{{- $account.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* Pod Security "restricted", container level. */}}
{{- define "taskora.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "taskora.resources" -}}
{{- $limits := dict "memory" .limits.memory -}}
{{- if .limits.cpu -}}{{- $_ := set $limits "cpu" .limits.cpu -}}{{- end -}}
requests:
  {{- toYaml .requests | nindent 2 }}
limits:
  {{- toYaml $limits | nindent 2 }}
{{- end -}}

{{/* The numbers of a probe, without what it asks. */}}
{{- define "taskora.probeTimes" -}}
initialDelaySeconds: {{ int .initialDelaySeconds }}
periodSeconds: {{ int .periodSeconds }}
timeoutSeconds: {{ int .timeoutSeconds }}
failureThreshold: {{ int .failureThreshold }}
{{- end -}}

{{/* The three questions over HTTP. */}}
{{- define "taskora.httpProbes" -}}
{{- range $name := list "startup" "liveness" "readiness" -}}
{{- $probe := index $.values.probes $name }}
{{ $name }}Probe:
  httpGet:
    path: {{ $probe.path | quote }}
    port: http
  {{- include "taskora.probeTimes" $probe | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The same question to PostgreSQL; over TCP, because the server that sets up a new volume listens on the socket alone. */}}
{{- define "taskora.databaseProbes" -}}
{{- range $name := list "startup" "liveness" "readiness" }}
{{ $name }}Probe:
  exec:
    command: [pg_isready, -q, -h, 127.0.0.1, -p, {{ $.values.port | int | quote }}, -U, {{ $.values.user | quote }}, -d, {{ $.values.name | quote }}]
  {{- include "taskora.probeTimes" (index $.values.probes $name) | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A pause before the end signal. The images hold no shell, so before Kubernetes 1.30 the program's own runtime sleeps. */}}
{{- define "taskora.preStop" -}}
{{- $seconds := int .values.preStopSeconds -}}
{{- if gt $seconds 0 -}}
lifecycle:
  preStop:
    {{- if semverCompare ">=1.30-0" (include "taskora.kubeVersion" .root) }}
    sleep:
      seconds: {{ $seconds }}
    {{- else if eq .component "frontend" }}
    exec:
      command: [node, -e, "setTimeout(() => {}, {{ mul $seconds 1000 }})"]
    {{- else }}
    exec:
      command: [python, -c, "import time; time.sleep({{ $seconds }})"]
    {{- end }}
{{- end -}}
{{- end -}}

{{/* What every pod has in common, whatever runs in it: a part with uid. Pod Security "restricted". */}}
{{- define "taskora.podSpec" -}}
serviceAccountName: {{ include "taskora.serviceAccountName" . | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .uid }}
  runAsGroup: {{ .uid }}
  fsGroup: {{ .uid }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* Over the nodes, when there are several; [] switches it off, a list replaces it. */}}
{{- define "taskora.topologySpread" -}}
{{- $constraints := .values.topologySpreadConstraints -}}
{{- if kindIs "invalid" $constraints -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "taskora.selectorLabels" . | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- else if $constraints -}}
topologySpreadConstraints:
  {{- toYaml $constraints | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* --- settings --- */}}

{{/* Data of the config map <frontend>-config. Both names of the address are set: tools look for either. */}}
{{- define "taskora.frontend.config" -}}
{{- $config := dict
  "HOSTNAME" "0.0.0.0"
  "PORT" .Values.frontend.port
  "DRAIN_SECONDS" .Values.frontend.drainSeconds
  "API_BASE_URL" (include "taskora.backendUrl" .)
  "NEXT_PUBLIC_API_URL" (include "taskora.backendUrl" .) -}}
{{- include "taskora.stringValues" (merge (dict) .Values.frontend.extraConfig $config) -}}
{{- end -}}

{{/* Data of the config map <backend>-config. Empty settings are left to the program. */}}
{{- define "taskora.backend.config" -}}
{{- $values := .Values.backend.config -}}
{{- $config := dict
  "HOST" "0.0.0.0"
  "PORT" .Values.backend.port
  "DRAIN_SECONDS" .Values.backend.drainSeconds
  "MAX_CONVERSATION_HISTORY" $values.maxConversationHistory
  "CHAT_RATE_LIMIT" $values.chatRateLimit
  "SIGNUP_RATE_LIMIT" $values.signupRateLimit
  "SIGNIN_RATE_LIMIT" $values.signinRateLimit
  "METRICS_ENABLED" $values.metricsEnabled
  "LOG_LEVEL" $values.logLevel
  "TRUSTED_PROXIES" $values.trustedProxies
  "DATABASE_POOL_SIZE" $values.databasePoolSize -}}
{{- $optional := dict
  "LLM_BASE_URL" $values.llmBaseUrl
  "LLM_MODEL" $values.llmModel
  "PUBLIC_URL" $values.publicUrl
  "ALLOWED_ORIGINS" (join "," $values.allowedOrigins) -}}
{{- range $name, $value := $optional -}}
{{- if $value -}}{{- $_ := set $config $name $value -}}{{- end -}}
{{- end -}}
{{- include "taskora.stringValues" (merge (dict) .Values.backend.extraConfig $config) -}}
{{- end -}}

{{/* Environment of everything that runs the backend's image: config map, Secret, and what the values add. */}}
{{- define "taskora.backend.environment" -}}
envFrom:
  - configMapRef:
      name: {{ include "taskora.backend.name" . }}-config
  - secretRef:
      name: {{ include "taskora.secretName" . | quote }}
  {{- with .Values.backend.extraEnvFrom }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.backend.extraEnv }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A map as YAML with every value a string. */}}
{{- define "taskora.stringValues" -}}
{{- $text := dict -}}
{{- range $key, $value := . -}}{{- $_ := set $text $key (include "taskora.text" $value) -}}{{- end -}}
{{- toYaml $text -}}
{{- end -}}

{{/* A value as text. Helm reads numbers as floats and would write 1000000 as 1e+06. */}}
{{- define "taskora.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{- int64 . -}}{{- else -}}{{- . -}}{{- end -}}
{{- end -}}

{{/*
Changes whenever the pods must take up another Secret. Of our own Secret it covers what the values say: what is generated
never changes. Of an existing Secret it covers the contents, as far as the cluster can be asked.
*/}}
{{- define "taskora.secretChecksum" -}}
{{- if .Values.secrets.existingSecret -}}
{{- $secret := lookup "v1" "Secret" (include "taskora.namespace" .) .Values.secrets.existingSecret | default dict -}}
{{- list .Values.secrets.existingSecret $secret.data | toJson | sha256sum -}}
{{- else -}}
{{- $given := pick .Values.secrets "betterAuthSecret" "databaseUrl" "modelKeys" -}}
{{- list $given (include "taskora.databaseUrl" (dict "root" . "password" "")) | toJson | sha256sum -}}
{{- end -}}
{{- end -}}
