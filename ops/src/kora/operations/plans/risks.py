"""The risk of an action by what it does and to which kind: a table, never a guess by name."""

from kora.domain.objects import ObjectRef
from kora.domain.plans import Action, Apply, Delete, HelmRollback, HelmUpgrade
from kora.domain.risk import Risk

DATA = frozenset({"PersistentVolumeClaim", "PersistentVolume", "StorageClass", "VolumeSnapshot"})
ACCESS = frozenset({"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"})
CLUSTER = frozenset(
    {
        "Namespace",
        "Node",
        "CustomResourceDefinition",
        "APIService",
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "PriorityClass",
    }
)
_CREATED_FREELY = frozenset({"Namespace", "PersistentVolumeClaim", "PriorityClass"})
"""Creating one of these takes nothing from anybody."""

RELEASE = "Release"
"""The kind under which a Helm release is observed; no Kubernetes object has it."""
RELEASE_VERSION = "helm.sh/v1"


def target_of(action: Action) -> ObjectRef:
    """The one thing that an action touches; a release for Helm's actions."""
    if isinstance(action, Apply):
        return ObjectRef.of(action.manifest)
    if isinstance(action, HelmUpgrade | HelmRollback):
        return ObjectRef(api_version=RELEASE_VERSION, kind=RELEASE, namespace=action.namespace, name=action.release)
    return action.target


def risk_of(action: Action, *, exists: bool, controlled: bool = False) -> Risk:
    """What the action can cost.

    exists: whether its object is there now. controlled: whether a controller owns it and would make it anew.
    """
    kind = target_of(action).kind
    if kind == "Secret":
        return Risk.SECRET
    if isinstance(action, Delete):
        return Risk.WRITE if kind == "Pod" and controlled else Risk.DESTRUCTIVE
    if isinstance(action, HelmRollback) and action.revision == 0:
        return Risk.DESTRUCTIVE
    if kind in ACCESS or kind in CLUSTER | DATA:
        return Risk.WRITE if kind in _CREATED_FREELY and not exists else Risk.DESTRUCTIVE
    return Risk.WRITE
