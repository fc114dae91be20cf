{{/* The rights of the operator, as lists of RBAC rules. What is not here it can't do. */}}

{{/* Looking: everything that a diagnosis reads inside a namespace. No Secrets. */}}
{{- define "kora.rules.read" -}}
- apiGroups: [""]
  resources: [pods, services, endpoints, configmaps, serviceaccounts, persistentvolumeclaims, resourcequotas, limitranges, events]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets, controllerrevisions]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [deployments/scale, statefulsets/scale]
  verbs: [get]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list, watch]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses, networkpolicies]
  verbs: [get, list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [get, list, watch]
{{- if .Values.rights.requests }}
- apiGroups: [""]
  resources: [pods/proxy, services/proxy]
  verbs: [get]
{{- end }}
{{- if .Values.rights.usage }}
- apiGroups: [metrics.k8s.io]
  resources: [pods]
  verbs: [get, list]
{{- end }}
{{- if or .Values.rights.secrets .Values.rights.helmReleases }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch]
{{- else if .Values.rights.alertSecrets }}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: {{ .Values.rights.alertSecrets | toJson }}
  verbs: [get]
{{- end }}
{{- with .Values.rights.extraRules }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Looking at what belongs to the whole cluster. */}}
{{- define "kora.rules.readCluster" -}}
- apiGroups: [""]
  resources: [nodes, namespaces, persistentvolumes]
  verbs: [get, list, watch]
- apiGroups: [storage.k8s.io]
  resources: [storageclasses]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingressclasses]
  verbs: [get, list, watch]
- apiGroups: [scheduling.k8s.io]
  resources: [priorityclasses]
  verbs: [get, list, watch]
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations]
  verbs: [get, list, watch]
{{- end -}}

{{/* Kora's own records, and Events about what it does. */}}
{{- define "kora.rules.records" -}}
- apiGroups: [kora.taskora.dev]
  resources: [findings, remediationplans]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [kora.taskora.dev]
  resources: [agentpolicies, approvals]
  verbs: [get, list, watch]
- apiGroups: [kora.taskora.dev]
  resources: [agentpolicies/status, findings/status, remediationplans/status, approvals/status]
  verbs: [get, update, patch]
- apiGroups: ["", events.k8s.io]
  resources: [events]
  verbs: [create, patch, update]
{{- end -}}

{{/* Changing: the kinds that repairs touch, and no other. */}}
{{- define "kora.rules.change" -}}
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [patch, update]
- apiGroups: [apps]
  resources: [deployments/scale, statefulsets/scale]
  verbs: [patch, update]
- apiGroups: [""]
  resources: [pods]
  verbs: [delete]
- apiGroups: [""]
  resources: [services, configmaps]
  verbs: [patch, update]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [patch, update]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [delete]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [patch, update]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [patch, update]
{{- end -}}

{{/* Rolling a release back: Helm keeps its revisions in Secrets; admission lets nothing but those pass. It also sends every
object of the release again: of the last group admission lets labels and annotations pass, and nothing else. */}}
{{- define "kora.rules.helm" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [create, update, patch, delete]
- apiGroups: [""]
  resources: [services, configmaps]
  verbs: [create, delete]
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [create]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [create, delete]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [create, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [create, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [patch, update]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [patch, update]
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [patch, update]
- apiGroups: [kora.taskora.dev]
  resources: [agentpolicies]
  verbs: [patch, update]
{{- end -}}
