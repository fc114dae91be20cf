"""The risk of an action by what it does and to which kind: a table, never a guess by name."""

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action, Apply, Delete, HelmRollback, HelmUpgrade
from kora.domain.quantities import parse_quantity
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
_CREATED_FREELY = ACCESS | DATA | {"Namespace", "PriorityClass"}
"""Creating one of these takes nothing from anybody."""
_ESCALATING = frozenset({"bind", "escalate", "impersonate"})
_WIDE_ROLES = frozenset({"cluster-admin", "admin", "edit"})
_EVERYBODY = frozenset({"system:anonymous", "system:unauthenticated", "system:authenticated", "system:masters"})

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


def risk_of(action: Action, *, before: Manifest | None, after: Manifest | None, controlled: bool = False) -> Risk:
    """What the action can cost.

    before, after: its object as it stands and as it would be; None where there is none. controlled: whether a
    controller owns it and would make it anew.
    """
    kind = target_of(action).kind
    if kind == "Secret" and before is not None:
        return Risk.SECRET
    if isinstance(action, Delete):
        return Risk.WRITE if kind == "Pod" and controlled else Risk.DESTRUCTIVE
    if isinstance(action, HelmRollback) and action.revision == 0:
        return Risk.DESTRUCTIVE
    if kind not in ACCESS | CLUSTER | DATA:
        return Risk.WRITE
    if before is None:
        harmless = kind in _CREATED_FREELY and not hands_over_everything(after or {})
    else:
        harmless = after is not None and _takes_nothing(kind, before, after)
    return Risk.WRITE if harmless else Risk.DESTRUCTIVE


def hands_over_everything(manifest: Manifest) -> bool:
    """Whether an access object gives the whole cluster, a way to get it, or something to everybody. Source of the verbs
    and roles: https://kubernetes.io/docs/concepts/security/rbac-good-practices/"""
    if manifest.get("kind") in ("RoleBinding", "ClusterRoleBinding"):
        role = str((manifest.get("roleRef") or {}).get("name"))
        wide = _WIDE_ROLES if manifest["kind"] == "ClusterRoleBinding" else {"cluster-admin"}
        everybody = any(str(each.get("name")) in _EVERYBODY for each in manifest.get("subjects") or ())
        return role in wide or role.startswith("system:") or everybody
    for rule in manifest.get("rules") or ():
        verbs = set(rule.get("verbs") or ())
        if verbs & _ESCALATING or (manifest.get("kind") == "ClusterRole" and "*" in verbs | set(rule["resources"])):
            return True
    return False


def _takes_nothing(kind: str, before: Manifest, after: Manifest) -> bool:
    """Whether a change of a touchy object only marks it, grows a claim, or keeps new pods off a node."""
    if _essence(before) == _essence(after):
        return True
    then, now = before.get("spec") or {}, after.get("spec") or {}
    others = {name for name in then.keys() | now.keys() if then.get(name) != now.get(name)}
    if kind == "PersistentVolumeClaim" and others == {"resources"}:
        sizes = [parse_quantity((each["resources"].get("requests") or {}).get("storage")) for each in (then, now)]
        return sizes[0] is not None and sizes[1] is not None and sizes[0] < sizes[1]
    if kind == "Node" and others <= {"unschedulable", "taints"}:
        fresh = [each for each in now.get("taints") or () if each not in (then.get("taints") or ())]
        return all(each.get("effect") != "NoExecute" for each in fresh)
    return False


def _essence(manifest: Manifest) -> dict[str, object]:
    """Everything but marks (labels, annotations) and what the server writes."""
    metadata = manifest.get("metadata") or {}
    rest = {name: each for name, each in manifest.items() if name not in ("metadata", "status")}
    return {**rest, "ties": [metadata.get(name) or [] for name in ("finalizers", "ownerReferences")]}
