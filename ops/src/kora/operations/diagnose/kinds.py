"""Which kinds a diagnosis reads. Everything in this table is listed once per run; nothing is read twice."""

from typing import NamedTuple


class ReadKind(NamedTuple):
    """One list request. `fields` narrows it on the server."""

    api_version: str
    kind: str
    namespaced: bool
    fields: str | None = None
    labels: str | None = None
    optional: bool = False
    """Served by a program that may be down; then it is noted and the rest is still judged."""


NO_RELEASES = (
    "type!=helm.sh/release.v1"  # releases are large and only the deployed one and one under way matter (see below)
)
RELEASE_LABELS = "owner=helm,status in (deployed,pending-upgrade,pending-rollback)"

READ_KINDS = (
    ReadKind("v1", "Namespace", False),
    ReadKind("v1", "Node", False),
    ReadKind("v1", "PersistentVolume", False),
    ReadKind("storage.k8s.io/v1", "StorageClass", False),
    ReadKind("networking.k8s.io/v1", "IngressClass", False),
    ReadKind("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", False),
    ReadKind("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", False),
    ReadKind("scheduling.k8s.io/v1", "PriorityClass", False),
    ReadKind("v1", "Pod", True),
    ReadKind("v1", "Service", True),
    ReadKind("discovery.k8s.io/v1", "EndpointSlice", True),
    ReadKind("v1", "ConfigMap", True),
    ReadKind("v1", "ServiceAccount", True),
    ReadKind("v1", "PersistentVolumeClaim", True),
    ReadKind("v1", "ResourceQuota", True),
    ReadKind("v1", "LimitRange", True),
    ReadKind("apps/v1", "Deployment", True),
    ReadKind("apps/v1", "ReplicaSet", True),
    ReadKind("apps/v1", "StatefulSet", True),
    ReadKind("apps/v1", "DaemonSet", True),
    ReadKind("apps/v1", "ControllerRevision", True),
    ReadKind("batch/v1", "Job", True),
    ReadKind("batch/v1", "CronJob", True),
    ReadKind("autoscaling/v2", "HorizontalPodAutoscaler", True),
    ReadKind("policy/v1", "PodDisruptionBudget", True),
    ReadKind("networking.k8s.io/v1", "NetworkPolicy", True),
    ReadKind("networking.k8s.io/v1", "Ingress", True),
    ReadKind("v1", "Event", True),
    ReadKind("metrics.k8s.io/v1beta1", "PodMetrics", True, optional=True),
)
"""Events come last: whatever object they speak of was read before them."""

API_VERSIONS = {each.kind: each.api_version for each in READ_KINDS} | {"Secret": "v1"}
CLUSTER_KINDS = frozenset(each.kind for each in READ_KINDS if not each.namespaced)
WORKLOAD_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
