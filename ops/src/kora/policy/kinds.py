"""Which kinds are touchy: the table behind "never above propose" and behind the gate's view of resource types."""

from kora.domain.objects import ObjectRef

RBAC = {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
GUARDS = {"NetworkPolicy", "ResourceQuota", "LimitRange", "PodDisruptionBudget", "PodSecurityPolicy"}
"""Kinds that hold something back on purpose; loosening one hides a symptom."""

GUARDED: dict[str, str] = {
    **dict.fromkeys(RBAC, "decides who may do what"),
    "ServiceAccount": "decides who may do what",
    "Secret": "holds credentials",
    "PersistentVolume": "holds data",
    "PersistentVolumeClaim": "holds data",
    "VolumeSnapshot": "holds data",
    "StorageClass": "decides where data lives",
    "CSIDriver": "decides where data lives",
    "Namespace": "contains everything in it",
    "CustomResourceDefinition": "contains every object of its kind",
    "APIService": "changes the API itself",
    "MutatingWebhookConfiguration": "stands between everybody and the API",
    "ValidatingWebhookConfiguration": "stands between everybody and the API",
    "ValidatingAdmissionPolicy": "stands between everybody and the API",
    "ValidatingAdmissionPolicyBinding": "stands between everybody and the API",
    "MutatingAdmissionPolicy": "stands between everybody and the API",
    "MutatingAdmissionPolicyBinding": "stands between everybody and the API",
    "Node": "carries other people's pods",
    "PriorityClass": "decides whose pods are evicted",
    "RuntimeClass": "decides how pods are confined",
    "CertificateSigningRequest": "hands out identities",
    **dict.fromkeys(GUARDS, "holds something back on purpose"),
}
"""Kinds that no autonomy level changes by itself, and why."""

OWN_GROUP = "kora.taskora.dev"
CLUSTER_SCOPED_IS_GUARDED = "belongs to the whole cluster"


def why_guarded(target: ObjectRef) -> str | None:
    """Why Kora never changes this object without a person; None when it may."""
    if target.group == OWN_GROUP:
        return "tells Kora what it may do"
    if target.kind in GUARDED:
        return GUARDED[target.kind]
    return CLUSTER_SCOPED_IS_GUARDED if target.namespace is None else None
