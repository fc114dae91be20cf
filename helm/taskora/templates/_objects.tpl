{{/* Whole objects that several parts have; each takes a part, see _helpers.tpl. */}}

{{/* An account without rights and without a token. */}}
{{- define "taskora.serviceAccount" -}}
{{- $account := dict "name" (include "taskora.serviceAccountName" .) "annotations" .values.serviceAccount.annotations -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "taskora.metadata" (merge $account .) | nindent 2 }}
automountServiceAccountToken: false
{{- end -}}

{{/* Part with name. */}}
{{- define "taskora.autoscaler" -}}
{{- $scaling := .values.autoscaling -}}
{{- if $scaling.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "taskora.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .name | quote }}
  minReplicas: {{ int $scaling.minReplicas }}
  maxReplicas: {{ int $scaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ int $scaling.targetCPUUtilizationPercentage }}
    {{- with $scaling.targetMemoryUtilizationPercentage }}
    - type: Resource
      resource:
        name: memory
        target:
          type: Utilization
          averageUtilization: {{ int . }}
    {{- end }}
{{- end }}
{{- end -}}

{{/* Part with name. A budget for a single pod would only block drains. */}}
{{- define "taskora.disruptionBudget" -}}
{{- if and .values.podDisruptionBudget.enabled (gt (include "taskora.leastReplicas" . | int) 1) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "taskora.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "taskora.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end -}}
