{{/*
What the JSON schema can't say: values that exclude or need each other. All problems are told at once, each with its path
and the way out.
*/}}
{{- define "taskora.problems" -}}
{{- $problems := list -}}
{{- $values := .Values -}}
{{- $secrets := $values.secrets -}}
{{- $needsSecret := or $values.backend.enabled $values.database.enabled -}}
{{- $createsSecret := include "taskora.createsSecret" . -}}
{{- $ownAddress := false -}}
{{- range $values.backend.extraEnv -}}{{- if eq .name "DATABASE_URL" -}}{{- $ownAddress = true -}}{{- end -}}{{- end -}}

{{- if not (or $values.frontend.enabled $values.backend.enabled $values.database.enabled) -}}
{{- $problems = append $problems "frontend.enabled, backend.enabled, database.enabled: all are false, so nothing would be installed. Fix: set at least one to true." -}}
{{- end -}}

{{- /* secrets */ -}}
{{- if and $secrets.existingSecret $secrets.create -}}
{{- $problems = append $problems "secrets.existingSecret, secrets.create: a Secret is either named or created, not both. Fix: set secrets.create=false to use the existing one, or leave secrets.existingSecret empty." -}}
{{- end -}}
{{- if and $needsSecret (not $secrets.existingSecret) (eq (toString $secrets.create) "false") -}}
{{- $problems = append $problems "secrets.create: false, and secrets.existingSecret names no other Secret. Fix: set secrets.existingSecret to the name of a Secret with DATABASE_URL and BETTER_AUTH_SECRET, or leave out secrets.create." -}}
{{- end -}}
{{- if $secrets.existingSecret -}}
{{- range $key := list "betterAuthSecret" "databaseUrl" -}}
{{- if index $secrets $key -}}
{{- $problems = append $problems (printf "secrets.%s: has no effect together with secrets.existingSecret. Fix: put it into the Secret %q and leave this value empty." $key $secrets.existingSecret) -}}
{{- end -}}
{{- end -}}
{{- range $key, $value := $secrets.modelKeys -}}
{{- if $value -}}
{{- $problems = append $problems (printf "secrets.modelKeys.%s: has no effect together with secrets.existingSecret. Fix: put it into the Secret %q and leave this value empty." $key $secrets.existingSecret) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $values.database.enabled $secrets.databaseUrl -}}
{{- $problems = append $problems "secrets.databaseUrl, database.enabled: the database is either external or in the chart, not both. Fix: set database.enabled=false to use the external one, or leave secrets.databaseUrl empty." -}}
{{- end -}}
{{- if and $values.backend.enabled (not $values.database.enabled) $createsSecret (not $secrets.databaseUrl) (not $ownAddress) -}}
{{- $problems = append $problems "secrets.databaseUrl: empty, and database.enabled is false. Fix: set secrets.databaseUrl to postgresql://user:password@host/name, or secrets.existingSecret to a Secret with DATABASE_URL, or database.enabled=true." -}}
{{- end -}}

{{- /* what the server itself would refuse to start with */ -}}
{{- $config := $values.backend.config -}}
{{- if and $values.backend.enabled $config.llmBaseUrl (not $config.llmModel) -}}
{{- $problems = append $problems "backend.config.llmModel: empty, and backend.config.llmBaseUrl is set. Fix: name the model to use at that address." -}}
{{- end -}}
{{- $keys := $secrets.modelKeys -}}
{{- $presets := or $keys.OPENAI_API_KEY $keys.GROQ_API_KEY $keys.GEMINI_API_KEY $keys.COHERE_API_KEY -}}
{{- if and $values.backend.enabled $keys.LLM_API_KEY (not $config.llmBaseUrl) (not $presets) -}}
{{- $problems = append $problems "backend.config.llmBaseUrl: empty, and secrets.modelKeys.LLM_API_KEY is set. Fix: say where the model is, such as http://ollama:11434/v1." -}}
{{- end -}}
{{- $stored := dict -}}
{{- if and $needsSecret $secrets.existingSecret -}}
{{- $stored = lookup "v1" "Secret" (include "taskora.namespace" .) $secrets.existingSecret | default dict -}}
{{- end -}}
{{- if $stored -}}
{{- $needed := ternary (list "DATABASE_URL" "BETTER_AUTH_SECRET") list $values.backend.enabled -}}
{{- if $values.database.enabled -}}{{- $needed = append $needed "POSTGRES_PASSWORD" -}}{{- end -}}
{{- range $key := $needed -}}
{{- $elsewhere := and $ownAddress (eq $key "DATABASE_URL") -}}
{{- if not (or $elsewhere (hasKey ($stored.data | default dict) $key)) -}}
{{- $problems = append $problems (printf "secrets.existingSecret: the Secret %q has no key %s. Fix: add it." $secrets.existingSecret $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* parts */ -}}
{{- if and $values.frontend.enabled (not $values.backend.enabled) (not $values.frontend.backendUrl) -}}
{{- $problems = append $problems "frontend.backendUrl: empty, and backend.enabled is false. Fix: set frontend.backendUrl to the address of the backend, such as http://taskora-backend:8000." -}}
{{- end -}}
{{- range $name := list "frontend" "backend" -}}
{{- $part := index $values $name -}}
{{- if $part.enabled -}}
{{- if and $part.autoscaling.enabled (not (kindIs "invalid" $part.replicas)) -}}
{{- $problems = append $problems (printf "%s.replicas, %s.autoscaling.enabled: the autoscaler sets the number of pods. Fix: leave %s.replicas empty and set %s.autoscaling.minReplicas and maxReplicas, or set %s.autoscaling.enabled=false." $name $name $name $name $name) -}}
{{- end -}}
{{- if and $part.autoscaling.enabled (gt (int $part.autoscaling.minReplicas) (int $part.autoscaling.maxReplicas)) -}}
{{- $problems = append $problems (printf "%s.autoscaling.minReplicas: %d is more than %s.autoscaling.maxReplicas, %d. Fix: lower the one or raise the other." $name (int $part.autoscaling.minReplicas) $name (int $part.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if and $part.service.nodePort (eq $part.service.type "ClusterIP") -}}
{{- $problems = append $problems (printf "%s.service.nodePort: a Service of type ClusterIP has no node port. Fix: set %s.service.type=NodePort, or leave %s.service.nodePort empty." $name $name $name) -}}
{{- end -}}
{{- $pause := add (int $part.preStopSeconds) (int $part.drainSeconds) | int -}}
{{- if ge $pause (int $part.terminationGracePeriodSeconds) -}}
{{- $problems = append $problems (printf "%s.preStopSeconds, %s.drainSeconds: together %d, which leaves nothing of %s.terminationGracePeriodSeconds, %d. Fix: make the grace period longer than both pauses." $name $name $pause $name (int $part.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- range $key, $_ := $part.extraConfig -}}
{{- if include "taskora.isSecretName" $key -}}
{{- $problems = append $problems (printf "%s.extraConfig.%s: looks like a secret, and a config map is readable for many. Fix: put it into the Secret (secrets.modelKeys or secrets.existingSecret) or into %s.extraEnv with valueFrom.secretKeyRef." $name $key $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name := list "frontend" "backend" "database" -}}
{{- range $index, $variable := (index $values $name).extraEnv -}}
{{- if and $variable.value (include "taskora.isSecretName" $variable.name) -}}
{{- $problems = append $problems (printf "%s.extraEnv[%d].value: %s looks like a secret, and a literal is readable for many. Fix: use valueFrom.secretKeyRef instead of value." $name $index $variable.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* names */ -}}
{{- $owners := dict -}}
{{- range $name := list "frontend" "backend" "database" -}}
{{- if (index $values $name).enabled -}}
{{- $taken := list (include (printf "taskora.%s.name" $name) $) -}}
{{- if ne $name "database" -}}
{{- $taken = append $taken (include (printf "taskora.%s.serviceName" $name) $) -}}
{{- end -}}
{{- range $object := uniq $taken -}}
{{- if hasKey $owners $object -}}
{{- $problems = append $problems (printf "%s.fullnameOverride: %q is also the name of the %s. Fix: give each part a name of its own." $name $object (index $owners $object)) -}}
{{- end -}}
{{- $_ := set $owners $object $name -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $values.frontend.enabled $values.backend.enabled $values.frontend.service.nodePort (eq (toString $values.frontend.service.nodePort) (toString $values.backend.service.nodePort)) -}}
{{- $problems = append $problems (printf "backend.service.nodePort: %d is also frontend.service.nodePort. Fix: give each Service a node port of its own." (int $values.backend.service.nodePort)) -}}
{{- end -}}

{{- if and $values.gateway.enabled (not $values.gateway.parentRefs) -}}
{{- $problems = append $problems "gateway.parentRefs: empty, so the route would join no Gateway. Fix: name one, such as gateway.parentRefs[0].name=shared." -}}
{{- end -}}

{{- $problems | toJson -}}
{{- end -}}

{{/* "true" for names of environment variables whose values nobody should read. */}}
{{- define "taskora.isSecretName" -}}
{{- if regexMatch "(?i)(^DATABASE_URL$|(^|_)(SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIALS?|KEY|APIKEY)(_|$))" . -}}true{{- end -}}
{{- end -}}
